#include <fstream>
#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/app/cli/model_copy.h"
#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

namespace fs = std::filesystem;

/// One way to damage the pair, the exit code, and the words that must stand in the sentence: the file and the fact.
struct BadCase {
  std::string name;
  std::function<void(const PairCopy&)> damage;
  std::vector<std::string> named;
  int exit = 3;
  std::vector<std::string> more = {};  ///< further arguments
};

std::vector<std::string> short_run(const std::vector<std::string>& more) {
  std::vector<std::string> words{"generate", "3d fox",       "--steps", "2",        "--seed", "1",       "--size",
                                 "64x64",    "--profile",    "profile", "--output", "out/",   "--large", "m/large",
                                 "--small",  "m/small/unet", "--ratio", "50%"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

bool has_picture(const fs::path& folder) {
  return fs::exists(folder / "out") && !fs::is_empty(folder / "out");
}

/// The sentence is one line on stderr that begins with the program's name and ends as a sentence does.
void expect_refused(const BadCase& bad, const Ended& ended, const fs::path& folder) {
  EXPECT_EQ(ended.exit, bad.exit) << ended.err;
  EXPECT_TRUE(ended.err.starts_with("tstitch: ")) << ended.err;
  EXPECT_TRUE(ended.err.ends_with(".\n")) << ended.err;
  for (const std::string& word : bad.named)
    EXPECT_NE(ended.err.find(word), std::string::npos) << word << ": " << ended.err;
  EXPECT_FALSE(has_picture(folder));
}

void expect_all_refused(const std::vector<BadCase>& cases) {
  for (const BadCase& bad : cases) {
    SCOPED_TRACE(bad.name);
    const ScratchFolder scratch;
    bad.damage(PairCopy(scratch.path() / "m"));
    expect_refused(bad, run_program(short_run(bad.more), scratch.path()), scratch.path());
  }
}

std::function<void(const PairCopy&)> removed(const std::string& inner) {
  return [=](const PairCopy& pair) { pair.remove(inner); };
}

std::function<void(const PairCopy&)> written(const std::string& inner, const std::string& bytes) {
  return [=](const PairCopy& pair) { pair.write(inner, bytes); };
}

std::function<void(const PairCopy&)> replaced(const std::string& inner, const std::string& from,
                                              const std::string& to) {
  return [=](const PairCopy& pair) { pair.replace(inner, from, to); };
}

std::function<void(const PairCopy&)> changed(const std::function<void(StoredTensors&)>& change) {
  return [=](const PairCopy& pair) { pair.change_tensors(kSmallWeights, change); };
}

TEST(BadInput, namesWeightFilesThatAreNoneOrCutOff) {
  expect_all_refused({
      {"truncated",
       [](const PairCopy& pair) { pair.truncate(kSmallWeights, 1000000); },
       {"m/" + kSmallWeights, "bytes"}},
      {"text", written(kLargeWeights, "hello"), {"m/" + kLargeWeights}},
      {"empty", written(kLargeWeights, ""), {"m/" + kLargeWeights}},
      {"a web page",
       written(kLargeWeights, "<!DOCTYPE html><html>not found</html>"),
       {"m/" + kLargeWeights, "web page"}},
      {"another model's text",
       written("large/text_encoder/model.safetensors", "version https://git-lfs.github.com/spec/v1\n"),
       {"m/large/text_encoder/model.safetensors", "LFS"}},
      {"huge header", written(kLargeWeights, std::string(7, '\xff') + "\x7f{}"), {"m/" + kLargeWeights}},
  });
}

TEST(BadInput, namesTheTensorThatIsWrong) {
  const std::string tensor = "conv_in.bias";
  expect_all_refused({
      {"not finite",
       changed([&](StoredTensors& tensors) { tensors.at(tensor).bytes.replace(0, 2, "\x01\x7e"); }),
       {"m/" + kSmallWeights, tensor}},
      {"integers",
       changed([&](StoredTensors& tensors) {
         tensors.at(tensor) = StoredTensor::zeros(SafetensorsType::I32, tensors.at(tensor).shape);
       }),
       {"m/" + kSmallWeights, tensor, "wrong type"}},
      {"missing",
       changed([&](StoredTensors& tensors) { tensors.erase(tensor); }),
       {"m/" + kSmallWeights, tensor, "missing"}},
      {"left over",
       changed(
           [](StoredTensors& tensors) { tensors["extra.weight"] = StoredTensor::zeros(SafetensorsType::F16, {3}); }),
       {"m/" + kSmallWeights, "extra.weight"}},
      {"an inpainting network",
       changed([](StoredTensors& tensors) {
         StoredTensor& weight = tensors.at("conv_in.weight");
         std::vector<std::int64_t> shape = weight.shape;
         shape[1] = 13;  // latents, a mask, and the latents of what is kept
         weight = StoredTensor::zeros(weight.type, shape);
       }),
       {"m/" + kSmallWeights, "conv_in.weight", "13", "inpainting"}},
  });
}

TEST(BadInput, namesThePartThatIsMissing) {
  expect_all_refused({
      {"no config", removed("large/unet/config.json"), {"m/large/unet/config.json"}},
      {"no scheduler", removed("large/scheduler"), {"m/large/scheduler"}},
      {"no tokenizer", removed("large/tokenizer"), {"m/large/tokenizer"}},
      {"no text encoder", removed("large/text_encoder"), {"m/large/text_encoder"}},
      {"no text weights", removed("large/text_encoder/model.safetensors"), {"m/large/text_encoder"}},
      {"no autoencoder weights", removed("large/vae/diffusion_pytorch_model.safetensors"), {"m/large/vae"}},
      {"no large weights", removed(kLargeWeights), {"m/large/unet"}},
  });
}

TEST(BadInput, namesTheKeyOfAConfigThatItDoesNotKnow) {
  const std::string scheduler = "large/scheduler/scheduler_config.json";
  const std::string unet = "large/unet/config.json";
  expect_all_refused({
      {"prediction", replaced(scheduler, "v_prediction", "magic"), {"m/" + scheduler, "prediction_type", "magic"}},
      {"class",
       replaced(scheduler, "DDIMScheduler", "FooScheduler"),
       {"m/" + scheduler, "_class_name", "FooScheduler"}},
      {"schedule", replaced(scheduler, "\"linear\"", "\"cubic\""), {"m/" + scheduler, "beta_schedule", "cubic"}},
      {"betas, also with a sampler of one's own",
       replaced(scheduler, "\"beta_end\": 0.02", "\"beta_end\": 2.0"),
       {"m/" + scheduler, "beta_end", "2"},
       3,
       {"--sampler", "euler"}},
      {"training steps",
       replaced(scheduler, "\"num_train_timesteps\": 1000", "\"num_train_timesteps\": 1000000000"),
       {"m/" + scheduler, "num_train_timesteps"}},
      {"block", replaced(unet, "CrossAttnDownBlock2D", "FooBlock"), {"m/" + unet, "down_block_types", "FooBlock"}},
      {"network", replaced(unet, "UNet2DConditionModel", "FooModel"), {"m/" + unet, "_class_name", "FooModel"}},
      {"width that the weights deny",
       replaced(unet, "\"cross_attention_dim\": 192", "\"cross_attention_dim\": 128"),
       {"m/large/unet", "192", "128"}},
      {"hostile width",
       replaced(unet, "\"cross_attention_dim\": 192", "\"cross_attention_dim\": 100000000"),
       {"m/large/unet"}},
      {"broken", written(unet, "{"), {"m/" + unet}},
      {"empty", written(unet, ""), {"m/" + unet}},
      {"no object", written("large/vae/config.json", "[]"), {"m/large/vae/config.json"}},
      {"deep", written("large/model_index.json", std::string(100000, '[')), {"m/large/model_index.json"}},
  });
}

TEST(BadInput, namesWhatIsWrongWithATokenizer) {
  const std::string merges = "large/tokenizer/merges.txt";
  const std::string vocabulary = "large/tokenizer/vocab.json";
  expect_all_refused({
      {"three symbols",
       [&](const PairCopy& pair) { pair.write(merges, pair.read(merges) + "a b c\n"); },
       {"m/" + merges, "a b c"}},
      {"an id twice", replaced(vocabulary, ": 5,", ": 6,"), {"m/" + vocabulary, "6"}},
      {"an id beyond the encoder's table", replaced(vocabulary, ": 5,", ": 500000,"), {"m/large/", "500000"}},
      {"no vocabulary", removed(vocabulary), {"m/large/tokenizer"}},
      // Where tokenizer.json lies beside them it is the one that is read.
      {"broken json", written("large/tokenizer/tokenizer.json", "{\"model\":"), {"m/large/tokenizer/tokenizer.json"}},
  });
}

TEST(BadInput, namesTheFactInWhichModelsDiffer) {
  const std::string vae = "large/vae/config.json";
  expect_all_refused({
      {"text width",
       [](const PairCopy& pair) {
         pair.replace("small/unet/config.json", "\"cross_attention_dim\": 192", "\"cross_attention_dim\": 64");
         pair.change_tensors(kSmallWeights, [](StoredTensors& tensors) {
           for (auto& [name, tensor] : tensors) {
             const bool takes_text =
                 name.find("attn2.to_k") != std::string::npos || name.find("attn2.to_v") != std::string::npos;
             if (takes_text) tensor = StoredTensor::zeros(tensor.type, {tensor.shape[0], 64});
           }
         });
       },
       {"text width", "192", "64"},
       4},
      {"latent scale, between whole models",
       replaced(vae, "\"scaling_factor\": 1.0", "\"scaling_factor\": 0.5"),
       {"scale", "0.5"},
       4,
       {"--small", "miniature/large"}},
      {"latent channels",
       [](const PairCopy& pair) {
         pair.replace("small/unet/config.json", "\"in_channels\": 6", "\"in_channels\": 8");
         pair.replace("small/unet/config.json", "\"out_channels\": 6", "\"out_channels\": 8");
         pair.change_tensors(kSmallWeights, [](StoredTensors& tensors) {
           const auto zeros = [&](const std::string& name, std::vector<std::int64_t> shape) {
             tensors.at(name) = StoredTensor::zeros(tensors.at(name).type, std::move(shape));
           };
           const std::vector<std::int64_t> in = tensors.at("conv_in.weight").shape;
           const std::vector<std::int64_t> out = tensors.at("conv_out.weight").shape;
           zeros("conv_in.weight", {in[0], 8, in[2], in[3]});
           zeros("conv_out.weight", {8, out[1], out[2], out[3]});
           zeros("conv_out.bias", {8});
         });
       },
       {"latent channels", "6", "8"},
       4},
  });
}

TEST(BadInput, namesTheShardThatIsMissing) {
  const std::string index = kSmallWeights + ".index.json";
  const auto indexed = [&](const std::string& shard) {
    return [=](const PairCopy& pair) {
      pair.remove(kSmallWeights);
      pair.write(index, R"({"weight_map":{"conv_in.bias":")" + shard + "\"}}");
    };
  };
  expect_all_refused({
      {"missing", indexed("part-1.safetensors"), {"m/" + index, "part-1.safetensors"}},
      {"outside", indexed("../other.safetensors"), {"m/" + index, "../other.safetensors"}},
      {"absolute", indexed("/etc/other.safetensors"), {"m/" + index, "/etc/other.safetensors"}},
  });
}

/// Noise in files: [B,C,h,w] = [1,6,8,8] for 64x64, as the bundled autoencoder halves a side three times.
TEST(BadInput, namesWhatIsWrongWithLatentsAndNoise) {
  const ScratchFolder scratch;
  StoredTensor infinite = StoredTensor::zeros(SafetensorsType::F32, {1, 6, 8, 8});
  infinite.bytes.replace(0, 4, std::string("\0\0\x80\x7f", 4));
  const auto zeros = [](std::vector<std::int64_t> shape, SafetensorsType type = SafetensorsType::F32) {
    return StoredTensor::zeros(type, std::move(shape));
  };
  const std::vector<std::tuple<std::string, std::string, StoredTensors, std::string>> files = {
      {"--init-latents", "infinite", {{"latents", infinite}}, "finite"},
      {"--init-latents", "shape", {{"latents", zeros({1, 6, 16, 16})}}, "16"},
      {"--init-latents", "rank", {{"latents", zeros({6, 8, 8})}}, "[6,8,8]"},
      {"--init-latents", "half", {{"latents", zeros({1, 6, 8, 8}, SafetensorsType::F16)}}, "float32"},
      {"--init-latents", "key", {{"noise", zeros({1, 6, 8, 8})}}, "latents"},
      {"--step-noise", "few", {{"noise", zeros({1, 1, 6, 8, 8})}}, "2"},
      {"--step-noise", "other", {{"latents", zeros({2, 1, 6, 8, 8})}}, "noise"},
  };
  for (const auto& [option, name, tensors, fact] : files) {
    write_tensors(scratch.path() / name, tensors);
    const BadCase bad{name, {}, {name, fact}};
    SCOPED_TRACE(option + " " + name);
    const Ended ended = run_program({"generate", "fox", "--steps", "2", "--size", "64x64", "--sampler", "ddpm",
                                     "--seed", "1", "--profile", "profile", "--output", "out/", option, name},
                                    scratch.path());
    expect_refused(bad, ended, scratch.path());
  }
  const Ended text = run_program({"generate", "fox", "--seed", "1", "--init-latents", TSTITCH_SOURCE_DIR "/README.md"},
                                 scratch.path());
  expect_refused({"text", {}, {"README.md"}}, text, scratch.path());
}

TEST(BadInput, refusesPlacesThatCannotBeWrittenBeforeItLoadsAnything) {
  const ScratchFolder scratch;
  std::ofstream(scratch.path() / "taken.png") << "mine";
  struct Place {
    std::string option, value, named;
    int exit;
  };
  const std::vector<Place> places = {
      {"--output", "/proc/no/picture.png", "/proc/no", 3},
      {"--output", "/proc/", "/proc", 3},
      {"--output", "taken.png/", "taken.png", 3},
      {"--output", "taken.png", "taken.png", 2},
      {"--output", "", "--output", 2},
      {"--output", "[nonsense]", "nonsense", 2},
      {"--save-latents", "/proc/no/latents", "/proc/no", 3},
      {"--save-trajectory", "/proc/no/trajectory", "/proc/no", 3},
      {"--preview", "/proc/no", "/proc/no", 3},
  };
  for (const Place& place : places) {
    SCOPED_TRACE(place.option + " " + place.value);
    const Ended ended =
        run_program({"generate", "fox", "--json", "--profile", "profile", place.option, place.value}, scratch.path());
    EXPECT_EQ(ended.exit, place.exit) << ended.err;
    EXPECT_NE(ended.err.find(place.named), std::string::npos) << ended.err;
    EXPECT_EQ(ended.out.find("\"step\""), std::string::npos);
  }
}

TEST(BadInput, refusesASizeThatNeedsMoreMemoryThanThereIs) {
  const ScratchFolder scratch;
  const Ended huge = run_program({"generate", "fox", "--size", "16384x16384", "--profile", "profile"}, scratch.path());
  EXPECT_EQ(huge.exit, 5) << huge.err;
  EXPECT_NE(huge.err.find("MiB are free"), std::string::npos) << huge.err;
}

TEST(BadInput, refusesPicturesWithoutARequestOfOurs) {
  const ScratchFolder scratch;
  std::ofstream(scratch.path() / "text.png") << "hello";
  for (const std::string& picture : {std::string("text.png"), std::string("nowhere.png"),
                                     std::string(TSTITCH_SOURCE_DIR "/models/miniature/strip.webp")}) {
    const Ended ended = run_program({"generate", "--from", picture}, scratch.path());
    EXPECT_EQ(ended.exit, 3) << ended.err;
    EXPECT_NE(ended.err.find(picture), std::string::npos) << ended.err;
  }
}

}  // namespace
}  // namespace tstitch::test
