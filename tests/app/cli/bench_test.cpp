#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/image/image_file.h"
#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

using nlohmann::json;

json report_of(const Ended& ended) {
  EXPECT_EQ(ended.exit, 0) << ended.err;
  return json::parse(ended.out);
}

TEST(Bench, reportsEveryFigureAsANumber) {
  const ScratchFolder scratch;
  const Ended ended = run_program({"bench", "--json", "--size", "64x64", "--profile", "profile"}, scratch.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  const auto report = json::parse(ended.out);
  for (const char* denoiser : {"small", "large"}) {
    for (const char* figure : {"seconds_per_step", "load_seconds"}) {
      EXPECT_GT(report.at("denoisers").at(denoiser).at(figure).get<double>(), 0) << denoiser << ' ' << figure;
    }
  }
  for (const char* figure :
       {"text_seconds", "decode_seconds", "start_to_first_step_seconds", "peak_bytes", "roof_gflops"}) {
    EXPECT_GT(report.at(figure).get<double>(), 0) << figure;
  }
}

/// Operators and what lies between them are the whole step; what is computed is counted.
void expect_whole_step(const json& profile) {
  double seconds = 0;
  double share = 0;
  double gflop = 0;
  for (const json& each : profile.at("operators")) {
    seconds += each.at("seconds").get<double>();
    share += each.at("share").get<double>();
    EXPECT_EQ(each.at("gflop").is_null(), each.at("gflops").is_null()) << each;
    EXPECT_EQ(each.at("gflop").is_null(), each.at("roof_share").is_null()) << each;
    if (each.at("gflop").is_number()) gflop += each.at("gflop").get<double>();
    EXPECT_EQ(each.at("calls").is_null(), each.at("name") == "rest") << each;
  }
  for (const json& each : profile.at("operators")) {
    if (each.at("gflops").is_null()) continue;
    EXPECT_DOUBLE_EQ(each.at("roof_share").get<double>(),
                     each.at("gflops").get<double>() / profile.at("roof_gflops").get<double>());
  }
  EXPECT_GE(profile.at("threads").get<int>(), 1);
  EXPECT_NEAR(seconds, profile.at("seconds").get<double>(), 1e-9);
  EXPECT_NEAR(share, 1, 1e-9);
  EXPECT_GT(gflop, 0);
  EXPECT_EQ(profile.at("operators").back().at("name"), "rest");
}

TEST(Bench, namesTheOperatorsOfAStep) {
  const ScratchFolder scratch;
  const std::vector<std::string> words{"bench", "--size", "64x64", "--profile", "folder", "--profile"};
  std::vector<std::string> in_json = words;
  in_json.emplace_back("--json");
  for (const char* engine : {"here", "'" TSTITCH_PROGRAM "' worker"}) {
    SCOPED_TRACE(engine);
    std::vector<std::string> there = in_json;
    there.insert(there.end(), {"--engine", engine});
    const json report = report_of(run_program(there, scratch.path()));
    for (const char* denoiser : {"small", "large"}) {
      expect_whole_step(report.at("denoisers").at(denoiser).at("profile"));
      EXPECT_GT(report.at("denoisers").at(denoiser).at("seconds_per_step").get<double>(), 0);
    }
    EXPECT_GT(report.at("roof_gflops").get<double>(), 0);
  }
  const Ended text = run_program(words, scratch.path());
  EXPECT_EQ(text.exit, 0) << text.err;
  for (const char* word : {"large, a step of ", "convolution 3x3", "linear", "attention", "GFLOP/s", "rest"}) {
    EXPECT_NE(text.out.find(word), std::string::npos) << word << '\n' << text.out;
  }
  EXPECT_TRUE(std::filesystem::is_directory(scratch.path() / "folder")) << "--profile DIR is the folder all the same";
}

TEST(Bench, saysRatiosToPeers) {
  const ScratchFolder scratch;
  const std::vector<std::string> words{"bench", "--size", "64x64", "--profile", "profile", "--json"};
  std::ofstream(scratch.path() / "before.json") << run_program(words, scratch.path()).out;
  const auto against = [&](const std::string& file) {
    std::vector<std::string> all = words;
    all.insert(all.end(), {"--against", file});
    return report_of(run_program(all, scratch.path()));
  };
  const json own = against("before.json");
  ASSERT_EQ(own.at("against").size(), 1U);
  EXPECT_EQ(own.at("against")[0].at("peer"), "before") << "named by its file";
  const json before = json::parse(std::ifstream(scratch.path() / "before.json"));
  EXPECT_EQ(own.at("against")[0].at("figures"), before);
  for (const char* figure : {"text_seconds", "peak_bytes", "roof_gflops"}) {
    EXPECT_DOUBLE_EQ(own.at("against")[0].at("ratios").at(figure).get<double>(),
                     own.at(figure).get<double>() / before.at(figure).get<double>());
  }
  std::ofstream(scratch.path() / "peers.json")
      << R"({"peers": [{"peer": "eager", "denoisers": {"large": {"seconds_per_step": 2}, "other": {"load_seconds": 1}}},
                       {"peer": "none in common", "denoisers": {"other": {"load_seconds": 1}}, "note": []}]})";
  const json peers = against("peers.json").at("against");
  ASSERT_EQ(peers.size(), 2U);
  EXPECT_EQ(peers[0].at("figures"), json::parse(R"({"denoisers": {"large": {"seconds_per_step": 2.0}}})"));
  EXPECT_GT(peers[0].at("ratios").at("denoisers").at("large").at("seconds_per_step").get<double>(), 0);
  EXPECT_TRUE(peers[1].at("ratios").empty());
  const Ended text =
      run_program({"bench", "--size", "64x64", "--profile", "profile", "--against", "peers.json"}, scratch.path());
  EXPECT_EQ(text.exit, 0) << text.err;
  EXPECT_NE(text.out.find("against \"eager\":"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("2000.0 ms"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("against \"none in common\": no figure in common"), std::string::npos) << text.out;
}

TEST(Bench, refusesPeersThatHoldNoFigures) {
  const ScratchFolder scratch;
  const auto refused = [&](const std::string& text, const std::string& said) {
    std::ofstream(scratch.path() / "peers.json") << text;
    const Ended ended = run_program({"bench", "--profile", "profile", "--against", "peers.json"}, scratch.path());
    EXPECT_EQ(ended.exit, 3) << text << '\n' << ended.err;
    EXPECT_TRUE(ended.err.starts_with("tstitch: peers.json: ")) << ended.err;
    EXPECT_NE(ended.err.find(said), std::string::npos) << text << '\n' << ended.err;
    EXPECT_TRUE(ended.out.empty());
  };
  refused("", "JSON");
  refused("[1]", "object");
  refused("{}", "found none");
  refused(R"({"peers": []})", "found none");
  refused(R"({"peers": [{"peer": "x", "note": 1}]})", "\"x\"");
  refused(R"({"peers": [{"peer": 3}]})", "peers[0].peer");
  refused(R"({"text_seconds": "1"})", "text_seconds");
  refused(R"({"text_seconds": -1})", "above 0");
  refused(R"({"text_seconds": 1e999})", "");
  refused(R"({"denoisers": [1]})", "denoisers");
  refused(R"({"denoisers": {"large": 1}})", "large");
  refused(R"({"denoisers": {"large": {"seconds_per_step": null}}})", "seconds_per_step");
  refused("words", "found a text");
  refused("<!DOCTYPE html>", "found a web page");
  const Ended missing = run_program({"bench", "--against", "nowhere.json"}, scratch.path());
  EXPECT_EQ(missing.exit, 3);
  EXPECT_TRUE(missing.err.starts_with("tstitch: nowhere.json: ")) << missing.err;
}

TEST(Bench, saysThatAPictureHoldsNoFigures) {
  const ScratchFolder scratch;
  Image image{40, 40, {}};
  image.rgb.resize(std::size_t{40} * 40 * 3);
  write_new_png(scratch.path() / "peers.png", image, {});
  const Ended ended = run_program({"bench", "--profile", "profile", "--against", "peers.png"}, scratch.path());
  EXPECT_EQ(ended.exit, 3);
  EXPECT_TRUE(ended.err.starts_with("tstitch: peers.png: ")) << ended.err;
  for (const char* said : {"expected a JSON text", "found a PNG picture", "bench --json"}) {
    EXPECT_NE(ended.err.find(said), std::string::npos) << said << '\n' << ended.err;
  }
  EXPECT_TRUE(ended.out.empty());
}

}  // namespace
}  // namespace tstitch::test
