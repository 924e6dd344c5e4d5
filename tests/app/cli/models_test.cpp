#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/formats/sha256.h"
#include "tests/app/cli/model_copy.h"
#include "tests/app/cli/program.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/hub/lying_hub.h"
#include "tests/support/hub/tls_front.h"

namespace tstitch::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

const fs::path kMiniature = fs::path(TSTITCH_SOURCE_DIR) / "models" / "miniature";

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
  return lines;
}

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

/// The bundled pair as two repositories of a hub, and a user's own manifests for them.
class HubPair {
 public:
  HubPair(LyingHub& hub, const fs::path& scratch) {
    const fs::path models = scratch / "profile" / "data" / "models";
    write(models / "repositories" / "tiny-large.json", description(hub, "large"));
    write(models / "repositories" / "tiny-small.json", description(hub, "small"));
    write(models / "tiny.json", R"({"manifest":1,"name":"tiny","title":"Tiny","large":{"repository":"tiny-large"},
        "small":{"repository":"tiny-small","inside":"unet"},
        "defaults":{"steps":2,"sampler":"ddim","guidance":1,"width":64,"height":64}})");
  }

 private:
  static std::string description(LyingHub& hub, const std::string& half) {
    json files = json::array();
    for (const auto& entry : fs::recursive_directory_iterator(kMiniature / half)) {
      if (!entry.is_regular_file()) continue;
      const std::string inner = fs::relative(entry.path(), kMiniature / half).string();
      const bool is_large = inner.ends_with(".safetensors");
      (hub.*(is_large ? &LyingHub::put_large : &LyingHub::put_small))("org/" + half, inner, bytes_of(entry.path()));
      files.push_back(inner);
    }
    return json{{"repository", 1}, {"title", half}, {"hub", "org/" + half}, {"files", files}}.dump();
  }
};

Variables variables_of(const LyingHub& hub) {
  return {{"HF_ENDPOINT", hub.address()}};
}

TEST(Models, listsPairsAndModelsAndWhatBringsThem) {
  const ScratchFolder scratch;
  const Ended ended = run_program({"models", "list", "--json"}, scratch.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(ended.err, "") << "every bundled manifest is read";
  const std::vector<json> lines = lines_of(ended.out);
  EXPECT_EQ(lines[0].at("pair"), "miniature");
  EXPECT_EQ(lines[0].at("here"), true);
  EXPECT_TRUE(lines[0].at("repositories").empty());
  for (std::size_t i = 1; i < lines.size(); ++i) EXPECT_EQ(lines[i].at("here"), false) << lines[i];
  const Ended text = run_program({"models", "list"}, scratch.path());
  EXPECT_THAT(text.out, HasSubstr("not here: tstitch models fetch sdxl-ssd-1b\n"));
}

TEST(Models, areFetchedFoundAndUsed) {
  const ScratchFolder scratch;
  LyingHub hub;
  const HubPair pair(hub, scratch.path());
  const std::vector<std::string> draw{"generate", "3d fox",    "--pair",  "tiny",     "--seed",
                                      "1",        "--profile", "profile", "--output", "fox.png"};
  const Ended before = run_program(draw, scratch.path());
  EXPECT_EQ(before.exit, 3);
  EXPECT_THAT(before.err, HasSubstr("not here: tstitch models fetch tiny"));

  const Ended ended =
      run_program({"models", "fetch", "tiny", "--profile", "profile", "--json"}, scratch.path(), variables_of(hub));
  ASSERT_EQ(ended.exit, 0) << ended.err;
  const std::vector<json> lines = lines_of(ended.out);
  EXPECT_EQ(lines.front().at("event"), "download");
  EXPECT_EQ(lines.back().at("outcome"), "finished");
  EXPECT_EQ(lines.back().at("files").size(), 14U);
  EXPECT_EQ(run_program(draw, scratch.path()).exit, 0);
  EXPECT_TRUE(fs::exists(scratch.path() / "fox.png"));
  const Ended facts = run_program({"inspect", "tiny-small/unet", "--profile", "profile"}, scratch.path());
  EXPECT_EQ(facts.exit, 0) << facts.err;

  const std::size_t gets = hub.gets().size();
  EXPECT_EQ(
      run_program({"models", "fetch", "tiny-small", "--profile", "profile"}, scratch.path(), variables_of(hub)).exit,
      0);
  EXPECT_EQ(hub.gets().size(), gets) << "what is here is not fetched again";
}

TEST(Models, keepThePartOfAStoppedFetch) {
  const ScratchFolder scratch;
  std::atomic<bool> stalls = true;
  LyingHub* self = nullptr;
  LyingHub hub([&](const Asked& asked, int) -> std::optional<Answer> {
    if (!stalls || !asked.is_get() || !asked.path.ends_with("/unet/diffusion_pytorch_model.safetensors")) return {};
    Answer answer = self->honest(asked);
    answer.drop_after = 100000;
    answer.stall = true;
    return answer;
  });
  self = &hub;
  const HubPair pair(hub, scratch.path());
  const std::vector<std::string> fetch{"models", "fetch", "tiny-small", "--profile", "profile", "--json"};
  // The bytes at which a file is told of first are none; the next ones of this file are told of after 250 ms or never,
  // so that the signal comes while its transfer stalls.
  const Ended stopped =
      interrupt_program(fetch, scratch.path(), R"(model.safetensors","bytes":0)", SIGINT, variables_of(hub));
  EXPECT_EQ(stopped.exit, 130) << stopped.err;
  EXPECT_EQ(lines_of(stopped.out).back().at("outcome"), "cancelled");
  stalls = false;
  const Ended ended = run_program(fetch, scratch.path(), variables_of(hub));
  ASSERT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(run_program({"models", "verify", "tiny-small", "--profile", "profile"}, scratch.path()).exit, 0);
}

TEST(Models, areFetchedOnceByTwoProgramsAtOnce) {
  const ScratchFolder scratch;
  LyingHub hub;
  const HubPair pair(hub, scratch.path());
  const std::vector<std::string> fetch{"models", "fetch", "tiny-small", "--profile", "profile", "--json"};
  Ended first;
  std::thread other([&] { first = run_program(fetch, scratch.path(), variables_of(hub)); });
  const Ended second = run_program(fetch, scratch.path(), variables_of(hub));
  other.join();
  ASSERT_EQ(first.exit, 0) << first.err;
  ASSERT_EQ(second.exit, 0) << second.err;
  EXPECT_EQ(hub.gets().size(), lines_of(second.out).back().at("files").size());
  EXPECT_EQ(run_program({"models", "verify", "tiny-small", "--profile", "profile"}, scratch.path()).exit, 0);
  for (const auto& entry : fs::recursive_directory_iterator(scratch.path() / "hub")) {
    EXPECT_EQ(entry.path().string().find(".part"), std::string::npos) << entry.path();
  }
}

TEST(Models, sayThatAFileMayNotGrow) {
  const ScratchFolder scratch;
  LyingHub hub;
  const HubPair pair(hub, scratch.path());
  const std::vector<std::string> fetch{"models", "fetch", "tiny-small", "--profile", "profile"};
  {
    const FileSizeLimit limit(100000);
    const Ended ended = run_program(fetch, scratch.path(), variables_of(hub));
    EXPECT_EQ(ended.exit, 3);
    EXPECT_THAT(ended.err, HasSubstr("cannot write the file: File too large. Allow larger files (ulimit -f)"));
  }
  EXPECT_EQ(run_program(fetch, scratch.path(), variables_of(hub)).exit, 0);
}

TEST(Models, sayWhyAHubCannotBeReached) {
  const ScratchFolder scratch;
  LyingHub hub;
  const HubPair pair(hub, scratch.path());
  const TlsFront door(hub.port());
  const TlsFront elsewhere(hub.port(), {"DNS:hub.example"});
  write(scratch.path() / "elsewhere.pem", elsewhere.certificate());
  const std::vector<Variables> cases{{{"HF_ENDPOINT", "https://" + unknown_host()}},
                                     {{"HF_ENDPOINT", door.address()}},
                                     {{"HF_ENDPOINT", elsewhere.address()}, {"SSL_CERT_FILE", "elsewhere.pem"}}};
  for (const Variables& variables : cases) {
    const Ended ended = run_program({"models", "fetch", "tiny", "--profile", "profile"}, scratch.path(), variables);
    EXPECT_EQ(ended.exit, 3);
    EXPECT_THAT(ended.err, HasSubstr("no connection: "));
    EXPECT_THAT(ended.err, HasSubstr(variables[0].second));
    EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
  }
  EXPECT_TRUE(hub.asked().empty());
  write(scratch.path() / "door.pem", door.certificate());
  const Ended trusted = run_program({"models", "fetch", "tiny-small", "--profile", "profile"}, scratch.path(),
                                    {{"HF_ENDPOINT", door.address()}, {"SSL_CERT_FILE", "door.pem"}});
  EXPECT_EQ(trusted.exit, 0) << trusted.err;
}

TEST(Models, respectHfHubOffline) {
  const ScratchFolder scratch;
  LyingHub hub;
  const HubPair pair(hub, scratch.path());
  const std::vector<std::string> fetch{"models", "fetch", "tiny", "--profile", "profile"};
  Variables variables = variables_of(hub);
  variables.emplace_back("HF_HUB_OFFLINE", "1");
  const Ended ended = run_program(fetch, scratch.path(), variables);
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("HF_HUB_OFFLINE"));
  EXPECT_TRUE(hub.asked().empty());
  ASSERT_EQ(run_program(fetch, scratch.path(), variables_of(hub)).exit, 0);
  EXPECT_EQ(run_program(fetch, scratch.path(), variables).exit, 0) << "what is here needs no network";
}

TEST(Models, sayWhatAFetchCannotBring) {
  const ScratchFolder scratch;
  const Ended by_hand = run_program({"models", "fetch", "dit-s", "--profile", "profile"}, scratch.path());
  EXPECT_EQ(by_hand.exit, 3);
  EXPECT_THAT(by_hand.err, HasSubstr("put dit_s_256.pt into "));
  const Ended unknown = run_program({"models", "fetch", "nothing", "--json"}, scratch.path());
  EXPECT_EQ(unknown.exit, 3);
  EXPECT_EQ(lines_of(unknown.out).back().at("error").at("where"), "nothing");
  EXPECT_EQ(run_program({"models", "fetch", "miniature"}, scratch.path()).exit, 0) << "bundled";
  LyingHub hub([](const Asked&, int) { return std::optional(Answer{401}); });
  const Ended gated = run_program({"models", "fetch", "ssd-1b"}, scratch.path(), variables_of(hub));
  EXPECT_EQ(gated.exit, 3);
  EXPECT_THAT(gated.err, HasSubstr("set HF_TOKEN"));
  const Ended wrong = run_program({"models", "fetch", "ssd-1b"}, scratch.path(), {{"HF_ENDPOINT", "nowhere"}});
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_THAT(wrong.err, HasSubstr("HF_ENDPOINT"));
}

TEST(Models, areVerifiedAgainstTheirHashes) {
  const ScratchFolder scratch;
  const Ended good = run_program({"models", "verify", "miniature", "--json"}, scratch.path());
  ASSERT_EQ(good.exit, 0) << good.err;
  EXPECT_EQ(lines_of(good.out).size(), 14U);
  for (const json& line : lines_of(good.out)) EXPECT_EQ(line.at("state"), "good");

  LyingHub hub;
  const HubPair pair(hub, scratch.path());
  ASSERT_EQ(
      run_program({"models", "fetch", "tiny-small", "--profile", "profile"}, scratch.path(), variables_of(hub)).exit,
      0);
  const fs::path weights = kMiniature / "small/unet/diffusion_pytorch_model.safetensors";
  const std::string hash = sha256_of(bytes_of(weights));
  write(scratch.path() / "hub/models--org--small/blobs" / hash, "damaged");
  const Ended bad = run_program({"models", "verify", "tiny-small", "--profile", "profile", "--json"}, scratch.path());
  EXPECT_EQ(bad.exit, 3);
  EXPECT_THAT(bad.err, HasSubstr(hash));
  EXPECT_THAT(bad.err, HasSubstr(sha256_of("damaged")));
  ASSERT_EQ(
      run_program({"models", "fetch", "tiny-small", "--profile", "profile"}, scratch.path(), variables_of(hub)).exit,
      0);
  EXPECT_EQ(run_program({"models", "verify", "tiny-small", "--profile", "profile"}, scratch.path()).exit, 0);
  EXPECT_EQ(run_program({"models", "verify", "sdxl-vega"}, scratch.path()).exit, 3) << "not here";
}

TEST(Models, areAddedWhereTheyLie) {
  const ScratchFolder scratch;
  const PairCopy copy(scratch.path() / "my pair");
  const auto add = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"models", "add"});
    more.insert(more.end(), {"--profile", "profile", "--json"});
    return run_program(more, scratch.path());
  };
  const Ended ended = add({"my pair"});
  ASSERT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(lines_of(ended.out).back(),
            (json{{"name", "my pair"}, {"pair", true}, {"models", {"my pair/large", "my pair/small/unet"}}}));
  EXPECT_TRUE(fs::is_symlink(scratch.path() / "profile/data/models/my pair"));
  const Ended plan = run_program({"plan", "--pair", "my pair", "--profile", "profile"}, scratch.path());
  EXPECT_EQ(plan.exit, 0) << plan.err;

  EXPECT_EQ(add({"my pair"}).exit, 2) << "the name is taken";
  EXPECT_EQ(add({"my pair/large", "--name", "big"}).exit, 0);
  EXPECT_EQ(run_program({"inspect", "big", "--profile", "profile"}, scratch.path()).exit, 0);
  EXPECT_EQ(add({"my pair", "--name", "a/b"}).exit, 2);
  EXPECT_EQ(add({"nowhere"}).exit, 3);
  fs::create_directory(scratch.path() / "empty");
  EXPECT_EQ(add({"empty"}).exit, 3);
}

TEST(Models, wantAnActionThatExists) {
  const ScratchFolder scratch;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"models"}, {"models", "sell"}, {"models", "fetch"}, {"models", "list", "--all"}}) {
    EXPECT_EQ(run_program(words, scratch.path()).exit, 2);
  }
}

}  // namespace
}  // namespace tstitch::test
