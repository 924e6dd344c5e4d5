#include <fstream>
#include <iterator>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/formats/sha256.h"
#include "core/image/image_file.h"
#include "core/jobs/picture_job.h"
#include "core/jobs/stored_request.h"
#include "core/request/request_json.h"
#include "core/weights/weight_source.h"
#include "tests/support/runs/runs_of_a_pair.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The same file under its name, written over: same inode, same size, mostly the same second.
void write_over(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

void replace_by_rename(const fs::path& file, const std::string& bytes) {
  const fs::path draft = file.string() + ".new";
  write_over(draft, bytes);
  fs::rename(draft, file);
}

/// As a hub's cache does it: the name is a link, which is turned to another blob.
void turn_link(const fs::path& file, const std::string& bytes) {
  const fs::path blob = file.parent_path() / "blobs" / sha256_of(bytes);
  fs::create_directories(blob.parent_path());
  write_over(blob, bytes);
  fs::remove(file);
  fs::create_symlink(fs::relative(blob, file.parent_path()), file);
}

void swap_folder(const fs::path& file, const std::string& bytes) {
  const fs::path folder = file.parent_path(), copy = folder.string() + ".new";
  fs::copy(folder, copy, fs::copy_options::recursive);
  write_over(copy / file.filename(), bytes);
  fs::rename(folder, folder.string() + ".old");
  fs::rename(copy, folder);
}

using Replace = void (*)(const fs::path& file, const std::string& bytes);

/// What one run made.
struct Drawn {
  Image picture;
  GenerationRequest request;
};

/// stale-file: a session draws, a file is replaced, the session draws again.
class StaleFiles : public test::RunsOfAPair {
 protected:
  StaleFiles() { engine_ = session("cache"); }

  [[nodiscard]] std::unique_ptr<Engine> session(const char* cache) const {
    LocalEngineOptions options = pair_.options();
    options.cache = pair_.folder() / cache;
    options.keep_loaded = true;
    return make_local_engine(options);
  }

  /// Both U-Nets, a ControlNet, two LoRAs, the text encoder and the autoencoder.
  [[nodiscard]] Job job() const {
    nlohmann::json entry = pair_.case_named("one");
    entry["loras"] = pair_.case_named("lora").at("loras");
    Job job = job_of(entry);
    job.request.steps = 4;
    job.tensors.initial_latents.reset();
    return job;
  }

  static Drawn draw(Engine& engine, const Job& job) {
    fs::remove(job.output.path);
    const Outcome outcome = make_pictures(engine, job, {}, [](const Event&) {});
    if (const auto* failed = std::get_if<Failed>(&outcome)) ADD_FAILURE() << failed->where << ": " << failed->what;
    return {read_picture(job.output.path).image, stored_request(job.output.path).request};
  }

  [[nodiscard]] fs::path weights(const char* part, const char* stem = "diffusion_pytorch_model") const {
    return pair_.folder() / part / concat(stem, ".safetensors");
  }

  /// The file's tensors with other numbers: the same names, shapes and size.
  static std::string other_numbers(const fs::path& file) {
    const auto source = open_weight_file(file);
    std::map<std::string, at::Tensor> tensors;
    for (const auto& [name, entry] : source->entries()) {
      tensors[name] =
          entry.shape.empty() ? source->read(name, at::kFloat) : test::generated_tensor(name, entry.shape, 99);
    }
    const fs::path draft = file.string() + ".other";
    test::write_tensors(draft, tensors);
    const std::string bytes = bytes_of(draft);
    fs::remove(draft);
    return bytes;
  }

  /// The second picture of the session is the one that a new session draws, and says so.
  void expect_second_picture_of(const fs::path& file, const std::string& bytes, Replace replace) {
    SCOPED_TRACE(file.string());
    const Drawn first = draw(*engine_, job());
    replace(file, bytes);
    const Drawn second = draw(*engine_, job());
    const Drawn anew = draw(*session("another cache"), job());
    EXPECT_NE(second.picture, first.picture);
    EXPECT_EQ(second.picture, anew.picture);
    EXPECT_EQ(second.request, anew.request);
    const std::string request = to_json(second.request), hash = sha256_of(bytes);
    EXPECT_THAT(to_json(first.request), Not(HasSubstr(hash)));
    EXPECT_THAT(request, HasSubstr(hash));
  }

  void expect_second_picture_of(const fs::path& file, Replace replace) {
    expect_second_picture_of(file, other_numbers(file), replace);
  }
};

TEST_F(StaleFiles, unetsAreReadAgain) {
  expect_second_picture_of(weights("small/unet"), write_over);
  expect_second_picture_of(weights("large/unet"), replace_by_rename);
}

TEST_F(StaleFiles, unetsBehindLinksAndInOtherFoldersAreReadAgain) {
  turn_link(weights("large/unet"), bytes_of(weights("large/unet")));
  expect_second_picture_of(weights("large/unet"), turn_link);
  expect_second_picture_of(weights("small/unet"), swap_folder);
}

TEST_F(StaleFiles, textEncodersAreReadAgain) {
  expect_second_picture_of(weights("large/text_encoder", "model"), write_over);
}

TEST_F(StaleFiles, autoencodersAreReadAgain) {
  expect_second_picture_of(weights("large/vae"), write_over);
}

TEST_F(StaleFiles, controlNetsAreReadAgain) {
  expect_second_picture_of(weights("a"), replace_by_rename);
}

TEST_F(StaleFiles, lorasAreReadAgain) {
  expect_second_picture_of(pair_.folder() / "unet.safetensors", write_over);
  expect_second_picture_of(pair_.folder() / "text.safetensors", replace_by_rename);
}

TEST_F(StaleFiles, controlPicturesAreReadAgain) {
  const Image dark{64, 48, std::vector<std::uint8_t>(64U * 48U * 3U, 9)};
  write_new_png(pair_.folder() / "dark.png", dark, {});
  expect_second_picture_of(pair_.folder() / "control.png", bytes_of(pair_.folder() / "dark.png"), write_over);
}

/// No hash tells of these, but they change the picture.
TEST_F(StaleFiles, configsAndVocabulariesAreReadAgain) {
  const Drawn first = draw(*engine_, job());
  const fs::path config = pair_.folder() / "large/unet/config.json";
  nlohmann::json changed = nlohmann::json::parse(bytes_of(config));
  changed["norm_eps"] = 0.5;
  write_over(config, changed.dump());
  const Drawn second = draw(*engine_, job());
  EXPECT_NE(second.picture, first.picture);
  const fs::path vocabulary = pair_.folder() / "large/tokenizer/vocab.json";
  nlohmann::json words = nlohmann::json::parse(bytes_of(vocabulary));
  std::swap(words["a</w>"], words["c"]);
  write_over(vocabulary, words.dump());
  const Drawn third = draw(*engine_, job());
  EXPECT_NE(third.picture, second.picture);
  EXPECT_EQ(third.picture, draw(*session("another cache"), job()).picture);
}

/// A grid reads its models' headers once; a cell that would be drawn by another file fails.
TEST_F(StaleFiles, replacedDuringARunAreRefused) {
  const std::string other = other_numbers(weights("large/unet"));
  bool replaced = false;
  const Outcome outcome = make_pictures(*engine_, job(), {}, [&](const Event& event) {
    if (replaced || !std::holds_alternative<StepDone>(event)) return;
    replaced = true;
    replace_by_rename(weights("large/unet"), other);
  });
  const auto* failed = std::get_if<Failed>(&outcome);
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(failed->code, ExitCode::BadInput);
  EXPECT_THAT(failed->what, HasSubstr("replaced"));
  EXPECT_EQ(failed->where, weights("large/unet").string());
  EXPECT_FALSE(fs::exists(job().output.path));
}

TEST_F(StaleFiles, replacedAfterTheirHashWasKnownKeepIt) {
  const Drawn first = draw(*engine_, job());
  const std::string other = other_numbers(weights("large/unet"));
  fs::remove(job().output.path);
  const Outcome outcome = make_pictures(*engine_, job(), {}, [&](const Event& event) {
    if (std::holds_alternative<StepBegun>(event)) replace_by_rename(weights("large/unet"), other);
  });
  ASSERT_TRUE(std::holds_alternative<Finished>(outcome)) << std::get<Failed>(outcome).what;
  EXPECT_EQ(read_picture(job().output.path).image, first.picture) << "the network was loaded already";
  EXPECT_EQ(stored_request(job().output.path).request, first.request);
}

}  // namespace
}  // namespace tstitch
