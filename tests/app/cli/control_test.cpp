#include <cstring>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/formats/safetensors_file.h"
#include "core/image/image_file.h"
#include "tests/app/cli/model_copy.h"
#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path kUnet = TSTITCH_SOURCE_DIR "/models/miniature/large/unet";

StoredTensor filled(std::vector<std::int64_t> shape, float value) {
  StoredTensor tensor = StoredTensor::zeros(SafetensorsType::F32, std::move(shape));
  for (std::size_t i = 0; i < tensor.bytes.size(); i += sizeof(float)) {
    std::memcpy(tensor.bytes.data() + i, &value, sizeof(value));
  }
  return tensor;
}

void add_convolution(StoredTensors& tensors, const std::string& name, std::int64_t in, std::int64_t out,
                     std::int64_t kernel) {
  tensors[name + ".weight"] = filled({out, in, kernel, kernel}, 0.02F);
  tensors[name + ".bias"] = filled({out}, 0.1F);
}

/// A ControlNet for the bundled pair's large network: that network's own way down, and a hint that it sees.
void write_control_net(const fs::path& folder) {
  StoredTensors tensors;
  const SafetensorsFile file(kUnet / "diffusion_pytorch_model.safetensors", "unet");
  for (const auto& [name, entry] : file.header().tensors) {
    const bool down = name.starts_with("conv_in.") || name.starts_with("time_embedding.") ||
                      name.starts_with("down_blocks.") || name.starts_with("mid_block.");
    if (!down) continue;
    StoredTensor tensor{entry.type, entry.shape, std::string(entry.end - entry.begin, '\0')};
    file.read(entry.begin, tensor.bytes.data(), tensor.bytes.size());
    tensors.emplace(name, std::move(tensor));
  }
  const std::string hint = "controlnet_cond_embedding.";
  add_convolution(tensors, hint + "conv_in", 3, 8, 3);
  add_convolution(tensors, hint + "blocks.0", 8, 8, 3);
  add_convolution(tensors, hint + "blocks.1", 8, 16, 3);
  add_convolution(tensors, hint + "blocks.2", 16, 16, 3);
  for (const char* block : {"blocks.3", "blocks.4", "blocks.5"}) add_convolution(tensors, hint + block, 16, 16, 3);
  add_convolution(tensors, hint + "conv_out", 16, 96, 3);
  const std::vector<std::int64_t> skips{96, 96, 96, 128, 128, 192};
  for (std::size_t i = 0; i < skips.size(); ++i) {
    add_convolution(tensors, "controlnet_down_blocks." + std::to_string(i), skips[i], skips[i], 1);
  }
  add_convolution(tensors, "controlnet_mid_block", 192, 192, 1);
  fs::create_directories(folder);
  write_tensors(folder / "diffusion_pytorch_model.safetensors", tensors);
  json config = json::parse(std::ifstream(kUnet / "config.json"));
  config["_class_name"] = "ControlNetModel";
  config["conditioning_embedding_out_channels"] = {8, 16, 16, 16};
  std::ofstream(folder / "config.json") << config.dump();
}

/// A T2I-Adapter for the bundled pair's large network: features of its three levels, and one more.
void write_adapter(const fs::path& folder) {
  StoredTensors tensors;
  add_convolution(tensors, "adapter.conv_in", 192, 96, 3);  // 3 channels of 8x8 pixels
  add_convolution(tensors, "adapter.body.1.in_conv", 96, 128, 1);
  add_convolution(tensors, "adapter.body.2.in_conv", 128, 192, 1);
  const std::vector<std::int64_t> widths{96, 128, 192, 192};
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const std::string resnet = "adapter.body." + std::to_string(i) + ".resnets.0.";
    add_convolution(tensors, resnet + "block1", widths[i], widths[i], 3);
    add_convolution(tensors, resnet + "block2", widths[i], widths[i], 1);
  }
  fs::create_directories(folder);
  write_tensors(folder / "diffusion_pytorch_model.safetensors", tensors);
  std::ofstream(folder / "config.json") << json{{"_class_name", "T2IAdapter"},
                                                {"adapter_type", "full_adapter"},
                                                {"channels", widths},
                                                {"downscale_factor", 8},
                                                {"in_channels", 3},
                                                {"num_res_blocks", 1}};
}

/// Changes one layer that both of the bundled networks have, of the large one's width, and one that neither has.
void write_lora(const fs::path& file) {
  const std::string layer = "lora_unet_middle_block_1_proj_in";  // as the original U-Net calls it
  write_tensors(file, {{layer + ".lora_down.weight", filled({2, 192, 1, 1}, 0.05F)},
                       {layer + ".lora_up.weight", filled({192, 2, 1, 1}, 0.05F)},
                       {layer + ".alpha", filled({}, 1.0F)},
                       {"lora_unet_nowhere.lora_down.weight", filled({2, 4}, 1.0F)},
                       {"lora_unet_nowhere.lora_up.weight", filled({4, 2}, 1.0F)}});
}

class Control : public testing::Test {
 protected:
  Control() {
    write_control_net(folder() / "net");
    write_adapter(folder() / "adapter");
    write_lora(folder() / "style.safetensors");
    Image picture{48, 40, std::vector<std::uint8_t>(std::size_t{48} * 40 * 3)};
    for (std::size_t i = 0; i < picture.rgb.size(); ++i) picture.rgb[i] = (i / 3) % 16 < 8 ? 20 : 230;
    write_new_png(folder() / "stripes.png", picture, {});
  }

  [[nodiscard]] const fs::path& folder() const { return scratch_.path(); }

  /// A run of the bundled pair at its smallest.
  [[nodiscard]] Ended make(const std::string& output, const std::vector<std::string>& more) const {
    std::vector<std::string> words{"generate", "3d fox", "--steps",   "2",       "--size",   "64x64",
                                   "--seed",   "3",      "--profile", "profile", "--output", output};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words, folder());
  }

  [[nodiscard]] std::vector<std::uint8_t> pixels(const std::string& file) const {
    return read_picture(folder() / file).image.rgb;
  }

  [[nodiscard]] std::vector<std::uint8_t> made(const std::string& output, const std::vector<std::string>& more) const {
    const Ended ended = make(output, more);
    EXPECT_EQ(ended.exit, 0) << ended.err;
    return pixels(output);
  }

  [[nodiscard]] json stored_request(const std::string& file) const {
    for (const PictureText& text : read_picture(folder() / file).texts) {
      if (text.keyword == "io.github.tstitch.request") return json::parse(text.text).at("request");
    }
    return nullptr;
  }

  const std::string spec_ = "canny=stripes.png,model=net,on=large";
  ScratchFolder scratch_;
};

TEST_F(Control, changesThePictureByItsMapAndItsStrength) {
  const auto plain = made("plain.png", {"--ratio", "0"});
  const auto controlled = made("a.png", {"--ratio", "0", "--control", spec_});
  EXPECT_NE(controlled, plain);
  EXPECT_EQ(made("zero.png", {"--ratio", "0", "--control", spec_ + ",scale=0"}), plain);
  EXPECT_NE(made("map.png", {"--ratio", "0", "--control", spec_ + ",map"}), controlled);
  // Nobody asks the large network in a run of the small one alone.
  EXPECT_EQ(made("b.png", {"--ratio", "1", "--control", spec_}), made("c.png", {"--ratio", "1"}));
}

TEST_F(Control, isInThePictureAndComesBackFromIt) {
  const auto first = made("a.png", {"--control", spec_, "--lora", "style.safetensors:0.5@large"});
  const json request = stored_request("a.png");
  EXPECT_EQ(request.at("controls").at(0).at("picture").at("name"), "stripes.png");
  EXPECT_EQ(request.at("controls").at(0).at("denoiser"), "large");
  EXPECT_EQ(request.at("controls").at(0).at("scale"), 0.5);
  EXPECT_EQ(request.at("controls").at(0).at("model").at("files").at(0).at("sha256").get<std::string>().size(), 64U);
  EXPECT_EQ(request.at("loras").at(0).at("strength"), 0.5);
  EXPECT_EQ(request.dump().find(folder().string()), std::string::npos) << "never a path";
  const std::vector<std::string> from{"generate", "--from", "a.png", "--profile", "profile", "--output", "b.png"};
  EXPECT_EQ(run_program(from, folder()).exit, 0);
  EXPECT_EQ(pixels("b.png"), first);

  fs::rename(folder() / "stripes.png", folder() / "moved.png");
  std::vector<std::string> words = from;
  words.back() = "c.png";
  const Ended lost = run_program(words, folder());
  EXPECT_EQ(lost.exit, 3);
  EXPECT_NE(lost.err.find("stripes.png"), std::string::npos) << lost.err;
  EXPECT_NE(lost.err.find(request.at("controls").at(0).at("picture").at("sha256")), std::string::npos) << lost.err;
  words.insert(words.end(), {"--control", "canny=moved.png,model=net,on=large"});
  EXPECT_EQ(run_program(words, folder()).exit, 0) << "what is given beside it wins";
  EXPECT_EQ(pixels("c.png"), first);
}

TEST_F(Control, asksForTheAnnotatorThatAKindNeeds) {
  const Ended none = make("a.png", {"--control", "depth=stripes.png,model=net,on=large"});
  EXPECT_EQ(none.exit, 2) << none.err;
  EXPECT_NE(none.err.find("depth needs the annotator's weights"), std::string::npos) << none.err;
  EXPECT_NE(none.err.find(",annotator=PATH"), std::string::npos) << none.err;
  const Ended other = make("a.png", {"--control", "pose=stripes.png,model=net,annotator=style.safetensors,on=large"});
  EXPECT_EQ(other.exit, 3) << other.err;
  EXPECT_NE(other.err.find("style.safetensors"), std::string::npos) << other.err;
  EXPECT_FALSE(fs::exists(folder() / "a.png"));
}

TEST_F(Control, takesCannysThresholds) {
  const auto usual = made("a.png", {"--ratio", "0", "--control", spec_});
  const auto blind = made("b.png", {"--ratio", "0", "--control", spec_ + ",low=9000,high=10000"});
  EXPECT_NE(blind, usual);
  EXPECT_EQ(stored_request("b.png").at("controls").at(0).at("thresholds").at("high"), 10000.0);
  const Ended again =
      run_program({"generate", "--from", "b.png", "--profile", "profile", "--output", "c.png"}, folder());
  ASSERT_EQ(again.exit, 0) << again.err;
  EXPECT_EQ(pixels("c.png"), blind);
}

TEST_F(Control, tellsWhatFitsOneDenoiserOnly) {
  const Ended both = make("a.png", {"--control", "canny=stripes.png,model=net"});
  EXPECT_EQ(both.exit, 0);
  EXPECT_NE(both.err.find("does not fit the denoiser small"), std::string::npos) << both.err;
  const Ended small = make("b.png", {"--control", "canny=stripes.png,model=net,on=small"});
  EXPECT_EQ(small.exit, 4) << small.err;
  EXPECT_FALSE(fs::exists(folder() / "b.png"));
}

TEST_F(Control, refusesWhatIsNoControl) {
  const auto exit = [&](const std::string& spec) { return make("never.png", {"--control", spec}).exit; };
  EXPECT_EQ(exit("stripes.png"), 2);
  EXPECT_EQ(exit(spec_ + ",start=0.9,end=0.1"), 2);
  EXPECT_EQ(exit("canny=stripes.png,model=net,on=other"), 2);
  EXPECT_EQ(exit("canny=nowhere.png,model=net"), 3);
  EXPECT_EQ(exit("canny=stripes.png,model=nowhere"), 3);
  EXPECT_EQ(exit("canny=net/config.json,model=net"), 3);
  EXPECT_EQ(exit("canny=stripes.png,model=" + kUnet.string()), 3);
  EXPECT_FALSE(fs::exists(folder() / "never.png"));
}

TEST_F(Control, isInspected) {
  const Ended ended = run_program({"inspect", "net", "--json", "--profile", "profile"}, folder());
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_NE(json::parse(ended.out).at("purpose").get<std::string>().find("ControlNet"), std::string::npos);
  const Ended alone = make("never.png", {"--large", "net"});
  EXPECT_EQ(alone.exit, 3);
  EXPECT_NE(alone.err.find("--control"), std::string::npos) << alone.err;
}

TEST_F(Control, mayBeAnAdapter) {
  const std::string spec = "canny=stripes.png,model=adapter,on=large";
  const auto plain = made("plain.png", {"--ratio", "0"});
  const auto adapted = made("a.png", {"--ratio", "0", "--control", spec});
  EXPECT_NE(adapted, plain);
  EXPECT_EQ(made("zero.png", {"--ratio", "0", "--control", spec + ",scale=0"}), plain);
  EXPECT_EQ(made("never.png", {"--ratio", "0", "--control", spec + ",end=0.4"}), plain) << "of two steps";
  EXPECT_NE(made("map.png", {"--ratio", "0", "--control", spec + ",map"}), adapted);
  const auto with_net = made("net.png", {"--ratio", "0", "--control", spec_});
  const auto with_both = made("two.png", {"--ratio", "0", "--control", spec, "--control", spec_});
  EXPECT_NE(with_both, adapted);
  EXPECT_NE(with_both, with_net);
  const Ended again =
      run_program({"generate", "--from", "two.png", "--profile", "profile", "--output", "b.png"}, folder());
  ASSERT_EQ(again.exit, 0) << again.err;
  EXPECT_EQ(pixels("b.png"), with_both);
}

TEST_F(Control, tellsAnAdapterByItsFolderAndRefusesOneThatDoesNotFit) {
  const Ended inspected = run_program({"inspect", "adapter", "--json", "--profile", "profile"}, folder());
  EXPECT_EQ(inspected.exit, 0) << inspected.err;
  EXPECT_EQ(json::parse(inspected.out).at("purpose"), "a T2I-Adapter");
  const Ended alone = make("never.png", {"--large", "adapter"});
  EXPECT_EQ(alone.exit, 3);
  EXPECT_NE(alone.err.find("T2I-Adapter"), std::string::npos) << alone.err;
  const Ended both = make("a.png", {"--control", "canny=stripes.png,model=adapter"});
  EXPECT_EQ(both.exit, 0);
  EXPECT_NE(both.err.find("the T2I-Adapter does not fit the denoiser small"), std::string::npos) << both.err;
  EXPECT_EQ(make("b.png", {"--control", "canny=stripes.png,model=adapter,on=small"}).exit, 4);
  json config = json::parse(std::ifstream(folder() / "adapter" / "config.json"));
  config["in_channels"] = 4;
  std::ofstream(folder() / "adapter" / "config.json") << config;
  const Ended channels = make("b.png", {"--control", "canny=stripes.png,model=adapter"});
  EXPECT_EQ(channels.exit, 3);
  EXPECT_NE(channels.err.find("in_channels"), std::string::npos) << channels.err;
  EXPECT_FALSE(fs::exists(folder() / "b.png"));
}

TEST_F(Control, andLorasStandInPlansAndGrids) {
  const std::vector<std::string> more{"--control", spec_, "--lora", "style.safetensors@large", "--profile", "profile"};
  std::vector<std::string> words{"plan", "--steps", "4"};
  words.insert(words.end(), more.begin(), more.end());
  const Ended plan = run_program(words, folder());
  EXPECT_EQ(plan.exit, 0) << plan.err;
  EXPECT_NE((plan.out + plan.err).find("1 of 2 modules fit"), std::string::npos) << plan.out << plan.err;
  words = {"grid", "3d fox", "--steps", "2", "--size", "64x64", "--seed", "3", "--ratios", "0,50%", "--output", "g/"};
  words.insert(words.end(), more.begin(), more.end());
  EXPECT_EQ(run_program(words, folder()).exit, 0);
  const auto alone = made("alone.png", {"--ratio", "50%", "--control", spec_, "--lora", "style.safetensors@large"});
  const auto record = json::parse(std::ifstream(folder() / "g" / "grid.json"));
  EXPECT_EQ(pixels("g/" + record.at("cells").at(1).at("file").get<std::string>()), alone);
}

TEST_F(Control, lorasChangeTheDenoiserTheyAreGivenTo) {
  const auto plain = made("plain.png", {});
  EXPECT_NE(made("a.png", {"--lora", "style.safetensors:8@large"}), plain);
  EXPECT_EQ(made("b.png", {"--lora", "style.safetensors:0"}), plain);
  const Ended small = make("c.png", {"--lora", "style.safetensors@small"});
  EXPECT_EQ(small.exit, 4) << small.err;
  EXPECT_NE(small.err.find("none of the 2 modules"), std::string::npos) << small.err;
  EXPECT_EQ(make("d.png", {"--lora", "nowhere.safetensors"}).exit, 3);
  EXPECT_EQ(make("d.png", {"--lora", "net/diffusion_pytorch_model.safetensors"}).exit, 3);
  EXPECT_EQ(make("d.png", {"--lora", "style.safetensors:x@other"}).exit, 3);
  EXPECT_EQ(make("d.png", {"--lora", "style.safetensors@other"}).exit, 2);
  EXPECT_EQ(make("d.png", {"--lora", "style.safetensors:1:"}).exit, 2);
}

}  // namespace
}  // namespace tstitch::test
