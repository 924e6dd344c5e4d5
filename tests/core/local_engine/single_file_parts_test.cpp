#include "core/local_engine/single_file_parts.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/formats/safetensors_writer.h"
#include "core/jobs/picture_job.h"
#include "core/local_engine/local_engine.h"
#include "core/local_engine/part_weights.h"
#include "core/local_engine/resolved_run.h"
#include "tests/support/generated_weights.h"
#include "tests/support/key_list.h"
#include "tests/support/original_layout.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using test::OriginalLayout;
using test::prefixed;
using test::published_tensors;
using testing::HasSubstr;

constexpr const char* kGolden = TSTITCH_GOLDEN_DIR;
const std::string kUnet = "model.diffusion_model.";
const std::string kVae = "first_stage_model.";

TensorShapes original(const std::string& name, const std::string& prefix) {
  return prefixed(OriginalLayout(kGolden, name).tensors(published_tensors(kGolden, name)), prefix);
}

/// Names and shapes of a published model in one file.
test::KeyList published(const std::string& unet) {
  test::KeyList list;
  list.tensors = original(unet, kUnet);
  list.tensors.merge(original("vae-kl-f8", kVae));
  const TensorShapes clip = published_tensors(kGolden, "clip-l");
  if (unet == "sd15") list.tensors.merge(prefixed(clip, "cond_stage_model.transformer."));
  if (unet == "sd21") list.tensors.merge(original("openclip-h", "cond_stage_model.model."));
  if (unet == "sdxl-refiner") list.tensors.merge(original("openclip-bigg", "conditioner.embedders.0.model."));
  if (unet == "sdxl" || unet == "ssd-1b" || unet == "segmind-vega") {
    list.tensors.merge(prefixed(clip, "conditioner.embedders.0.transformer."));
    list.tensors.merge(original("openclip-bigg", "conditioner.embedders.1.model."));
  }
  return list;
}

/// Such a file in its full size, all zeros.
fs::path write_list(const test::TemporaryFolder& folder, const std::string& name, const test::KeyList& list) {
  fs::path file = folder.path() / (name + ".safetensors");
  test::write_sparse_weights(file, list, at::kHalf);
  return file;
}

fs::path write_published(const test::TemporaryFolder& folder, const std::string& unet) {
  return write_list(folder, unet, published(unet));
}

test::KeyList without(test::KeyList list, const std::string& prefix) {
  std::erase_if(list.tensors, [&](const auto& tensor) { return tensor.first.starts_with(prefix); });
  return list;
}

struct Published {
  const char* unet;
  const char* family;
  std::int64_t parameters;
  const char* scheduler;
  double scale;
  int text_width, pooled_width;
};

class PublishedSingleFile : public testing::TestWithParam<Published> {};

// Every part takes every one of its tensors, at full size, by names and shapes.
TEST_P(PublishedSingleFile, isReadWhole) {
  const test::TemporaryFolder folder;
  const ModelParts parts = read_single_file(write_published(folder, GetParam().unet));
  EXPECT_EQ(parts.facts.family, GetParam().family);
  EXPECT_EQ(parts.facts.parameters, GetParam().parameters);
  EXPECT_EQ(parts.facts.dtype, "fp16");
  ASSERT_TRUE(parts.scheduler && parts.vae && parts.text);
  EXPECT_EQ(parts.scheduler->class_name, GetParam().scheduler);
  EXPECT_EQ(parts.scheduler->prediction, Prediction::Epsilon);
  EXPECT_EQ(parts.facts.latent->scale, GetParam().scale);
  EXPECT_EQ(parts.facts.text_width, GetParam().text_width);
  EXPECT_EQ(parts.facts.pooled_width, GetParam().pooled_width);
  EXPECT_EQ(parts.facts.context_width, GetParam().text_width);
  EXPECT_TRUE(time_ids_beside(parts.facts, parts.facts).has_value());
}

INSTANTIATE_TEST_SUITE_P(
    Files, PublishedSingleFile,
    testing::Values(
        Published{"sd15", "sd1", 859'520'964, "PNDMScheduler", 0.18215, 768, 0},
        Published{"sd21", "sd2", 865'910'724, "PNDMScheduler", 0.18215, 1024, 0},
        Published{"sdxl", "sdxl", 2'567'463'684, "EulerDiscreteScheduler", 0.13025, 2048, 1280},
        Published{"sdxl-refiner", "sdxl-refiner", 2'259'526'660, "EulerDiscreteScheduler", 0.13025, 1280, 1280},
        Published{"ssd-1b", "ssd-1b", 1'331'334'404, "EulerDiscreteScheduler", 0.13025, 2048, 1280},
        Published{"segmind-vega", "segmind-vega", 745'225'604, "EulerDiscreteScheduler", 0.13025, 2048, 1280}));

TEST(SingleFileNetwork, aloneIsAsABareFolder) {
  const test::TemporaryFolder folder;
  for (const char* name : {"bk-sdm-tiny", "koala-700m"}) {
    const bool ours = std::string(name) == "koala-700m";
    const test::KeyList list{{}, ours ? published_tensors(kGolden, name) : original(name, kUnet)};
    const fs::path file = folder.path() / name;
    test::write_sparse_weights(file, list, at::kHalf);
    const ModelParts parts = read_single_file(file);
    EXPECT_EQ(parts.facts.family, name);
    EXPECT_FALSE(parts.scheduler || parts.vae || parts.text || parts.facts.latent);
  }
}

std::string refusal_of(const fs::path& file) {
  try {
    read_single_file(file);
  } catch (const BadInput& error) {
    return error.sentence();
  }
  return {};
}

TEST(SingleFileNetwork, isWantedByName) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "file";
  const auto refusal = [&](const TensorShapes& tensors) {
    test::write_sparse_weights(file, {{}, tensors}, at::kHalf);
    return refusal_of(file);
  };
  EXPECT_THAT(refusal(published_tensors(kGolden, "controlnet-sd15")),
              HasSubstr("is a ControlNet (controlnet-sd1), expected a denoising network"));
  EXPECT_THAT(refusal(published_tensors(kGolden, "vae-kl-f8")), HasSubstr("is an autoencoder (kl-vae), expected"));
  EXPECT_THAT(refusal({{"fc.weight", {2, 2}}}), HasSubstr("of no model that is known here"));
  TensorShapes tensors = original("bk-sdm-tiny", kUnet);
  tensors["edm_mean"] = {4};
  EXPECT_THAT(refusal(tensors), HasSubstr("is of an EDM process"));
  tensors.erase("edm_mean");
  tensors["stray"] = {1};
  EXPECT_THAT(refusal(tensors), HasSubstr("holds 1 tensor that no part of the model takes (first: stray)"));
  tensors.erase("stray");
  tensors[kUnet + "output_blocks.7.0.out_layers.3.weight"] = {320, 320, 1, 1};
  EXPECT_THAT(refusal(tensors), HasSubstr("of wrong shape"));
}

// The case `marks`: ComfyUI writes and reads tensors without elements that say how an SDXL network was trained.
TEST(SingleFileMarks, areReadAsWhatTheyMean) {
  const test::TemporaryFolder folder;
  test::KeyList list = published("sdxl");
  list.tensors["v_pred"] = {0};
  ModelParts parts = read_single_file(write_list(folder, "v", list));
  EXPECT_EQ(parts.scheduler->prediction, Prediction::V);
  EXPECT_FALSE(parts.scheduler->rescale_zero_snr);
  list.tensors["ztsnr"] = {0};
  parts = read_single_file(write_list(folder, "zero", list));
  EXPECT_EQ(parts.scheduler->prediction, Prediction::V);
  EXPECT_TRUE(parts.scheduler->rescale_zero_snr);
  EXPECT_EQ(parts.facts.parameters, 2'567'463'684);
  list.tensors["edm_vpred.sigma_max"] = {};
  EXPECT_THAT(refusal_of(write_list(folder, "edm", list)), HasSubstr("is of an EDM process"));
}

TEST(SingleFileMarks, tellABareNetworksProcess) {
  const test::TemporaryFolder folder;
  // As ComfyUI's own folder of networks holds them: with or without the prefix, in either layout.
  for (const TensorShapes& tensors :
       {original("sdxl", kUnet), original("sdxl", ""), published_tensors(kGolden, "sdxl")}) {
    test::KeyList list{{}, tensors};
    EXPECT_FALSE(read_single_file(write_list(folder, "bare", list)).scheduler);
    list.tensors["v_pred"] = {0};
    const ModelParts parts = read_single_file(write_list(folder, "marked", list));
    ASSERT_TRUE(parts.scheduler);
    EXPECT_EQ(parts.scheduler->prediction, Prediction::V);
    EXPECT_FALSE(parts.text || parts.vae);
  }
}

/// `large` and `small` of a run without a prompt that matters.
GenerationRequest request_of(const fs::path& large, const fs::path& small) {
  GenerationRequest request;
  request.denoisers = {{"small", {"small", {}, {}, small}, std::nullopt},
                       {"large", {"large", {}, {}, large}, std::nullopt}};
  request.split = RatioSplit{{Percent{50}}, SplitRule::Floor};
  request.steps = 4;
  return request;
}

std::string run_refusal_of(const GenerationRequest& request) {
  try {
    static_cast<void>(resolve_run(request, {}));
  } catch (const BadInput& error) {
    return error.sentence();
  }
  return "accepted";
}

// The case `no-autoencoder`: the file's own text encoder is used; another's autoencoder only in its place.
TEST(SingleFileWithoutAutoencoder, keepsItsOwnTextEncoder) {
  const test::TemporaryFolder folder;
  const fs::path whole = write_published(folder, "sd15");
  const fs::path file = write_list(folder, "no-vae", without(published("sd15"), kVae));
  const ModelParts parts = read_single_file(file);
  EXPECT_FALSE(parts.vae);
  ASSERT_TRUE(parts.text && parts.scheduler && parts.facts.latent);
  EXPECT_TRUE(parts.facts.latent->presumed);
  EXPECT_THAT(run_refusal_of(request_of(file, file)), HasSubstr("the autoencoder is missing"));
  EXPECT_THAT(run_refusal_of(request_of(file, file)), HasSubstr("--vae"));
  ResolvedRun run = resolve_run(request_of(file, whole), {});
  EXPECT_EQ(run.text_source("large"), "large");
  EXPECT_EQ(run.models.at("large").text->encoders.front().encoder_folder, file);
  EXPECT_EQ(run.vae.folder, whole);
  EXPECT_THAT(run.notes,
              testing::Contains(HasSubstr("no-vae.safetensors has no autoencoder of its own; that of sd15")));
  GenerationRequest given = request_of(file, file);
  given.vae = ModelReference{"vae", {}, {}, whole};
  run = resolve_run(given, {});
  EXPECT_EQ(run.vae.folder, whole);
  EXPECT_EQ(run.text_source("small"), "large");
}

TEST(SingleFileWithoutText, saysSoOrUsesWhatItHas) {
  const test::TemporaryFolder folder;
  const fs::path whole = write_published(folder, "sd15");
  const fs::path file = write_list(folder, "no-text", without(published("sd15"), "cond_stage_model."));
  EXPECT_THAT(run_refusal_of(request_of(file, file)), HasSubstr("it has no text encoder of its own"));
  const ResolvedRun run = resolve_run(request_of(file, whole), {});
  EXPECT_EQ(run.text_source("large"), "small");
  EXPECT_EQ(run.vae.folder, file);
  const fs::path bare = write_list(folder, "bare", {{}, original("sd15", kUnet)});
  EXPECT_THAT(run_refusal_of(request_of(bare, bare)),
              HasSubstr("it has no scheduler, no text encoder and no autoencoder of its own"));
}

TEST(SingleFileWithoutText, ofSdxlLearnsItsTimeIdsFromThePooledText) {
  const test::TemporaryFolder folder;
  const fs::path whole = write_published(folder, "sdxl");
  test::KeyList list{{}, original("sdxl", kUnet)};
  list.tensors[kUnet + "label_emb.0.0.weight"][1] = 1280 + 6 * 8;
  const fs::path bare = write_list(folder, "bare", list);
  EXPECT_EQ(read_single_file(bare).facts.time_id_width, 0);
  const ResolvedRun run = resolve_run(request_of(bare, whole), {});
  EXPECT_EQ(std::get<UnetConfig>(run.models.at("large").network).addition_time_embed_dim, 8);
  EXPECT_EQ(run.models.at("large").facts.time_id_width, 8);
}

TEST(SingleFileOfSdxl, wantsBothTextEncoders) {
  const test::TemporaryFolder folder;
  for (const char* missing : {"conditioner.embedders.0.", "conditioner.embedders.1."}) {
    EXPECT_THAT(refusal_of(write_list(folder, "half", without(published("sdxl"), missing))),
                HasSubstr("holds one of the two text encoders that its network takes"));
  }
}

TEST(FileFacts, tellModelsAndPartsOfThem) {
  const test::TemporaryFolder folder;
  const auto facts = [&](const std::string& name, const TensorShapes& tensors) {
    test::write_sparse_weights(folder.path() / name, {{}, tensors}, at::kFloat);
    return read_file_facts(folder.path() / name);
  };
  const ModelFacts control = facts("c", published_tensors(kGolden, "controlnet-sdxl"));
  EXPECT_EQ(control.family, "controlnet-sdxl");
  EXPECT_EQ(control.purpose, "a ControlNet");
  EXPECT_EQ(control.parameters, 1'251'014'160);
  EXPECT_EQ(control.dtype, "fp32");
  EXPECT_EQ(facts("u", original("ssd-1b", kUnet)).purpose, "");
  EXPECT_EQ(facts("v", published_tensors(kGolden, "vae-kl-f8")).purpose, "an autoencoder");
}

TEST(FileFacts, tellWhichClassConditionalModelsStitch) {
  const test::TemporaryFolder folder;
  const auto facts = [&](const std::string& name, TensorShapes tensors) {
    test::write_sparse_weights(folder.path() / name, {{}, std::move(tensors)}, at::kFloat);
    return read_file_facts(folder.path() / name);
  };
  const ModelFacts small = facts("s", published_tensors(kGolden, "dit-s-2-256"));
  const ModelFacts large = facts("xl", published_tensors(kGolden, "dit-xl-2-256"));
  EXPECT_EQ(large.family, "dit-xl/2");
  EXPECT_EQ(large.network_class, "DiTTransformer2DModel");
  EXPECT_EQ(large.scheduler->beta_schedule, BetaSchedule::Linear);
  EXPECT_TRUE(check_stitch(large, small).stitch);
  const ModelFacts ldm = facts("l", published_tensors(kGolden, "ldm-cin-large"));
  const ModelFacts ldm_small = facts("m", published_tensors(kGolden, "ldm-cin-small"));
  EXPECT_EQ(ldm.context_width, 512);
  EXPECT_TRUE(check_stitch(ldm, ldm_small).stitch);
  EXPECT_THAT(check_stitch(ldm, small).reasons, testing::ElementsAre(HasSubstr("the latent scale differs")));
}

/// A published list with its widths divided: as many layers, hardly any numbers.
TensorShapes narrowed(const std::string& name, std::int64_t unit, std::int64_t divisor,
                      const std::map<std::int64_t, std::int64_t>& others) {
  TensorShapes result;
  for (auto [tensor, shape] : published_tensors(kGolden, name)) {
    for (std::int64_t& side : shape) {
      const auto other = others.find(side);
      side = other != others.end() ? other->second : side % unit == 0 ? side / divisor : side;
    }
    result[tensor] = shape;
  }
  return result;
}

/// Collects generated parts under the names of one file.
class FileWriter {
 public:
  void add(const std::string& layout, const std::string& prefix, const TensorShapes& ours, std::uint64_t seed) {
    const test::GeneratedWeights weights(ours, seed);
    const OriginalLayout names(kGolden, layout);
    for (const auto& [name, shape] : ours) {
      at::Tensor tensor = weights.read(name, at::kFloat);
      const auto [original, original_shape] = names.tensor(name, shape);
      if (name == "text_projection.weight") tensor = tensor.t().contiguous();
      at::Tensor& target = tensors_[prefix + original];
      if (original.find("in_proj_") == std::string::npos) {
        target = tensor.reshape(original_shape);
        continue;
      }
      if (!target.defined()) target = at::zeros(original_shape);
      const std::int64_t third = name.find("q_proj") != std::string::npos   ? 0
                                 : name.find("k_proj") != std::string::npos ? 1
                                                                            : 2;
      target.narrow(0, third * shape[0], shape[0]).copy_(tensor);
    }
  }
  void add_plain(const std::string& prefix, const TensorShapes& ours, std::uint64_t seed) {
    const test::GeneratedWeights weights(ours, seed);
    for (const auto& [name, shape] : ours) tensors_[prefix + name] = weights.read(name, at::kFloat);
  }
  void write(const fs::path& file) const {
    std::vector<SafetensorsItem> items;
    for (const auto& [name, tensor] : tensors_) {
      items.push_back({name, SafetensorsType::F32, tensor.sizes().vec(), tensor.const_data_ptr()});
    }
    write_safetensors(file, items);
  }

 private:
  std::map<std::string, at::Tensor> tensors_;
};

const std::map<std::int64_t, std::int64_t> kXlWidths{{2048, 192}, {2816, 128 + 6 * 256}};

TensorShapes narrow_clip() {
  return narrowed("clip-l", 768, 12, {});
}

void expect_same(const WeightSource& found, const TensorShapes& shapes, std::uint64_t seed) {
  const test::GeneratedWeights expected(shapes, seed);
  EXPECT_EQ(found.entries().size(), shapes.size());
  for (const auto& [name, shape] : shapes) {
    EXPECT_TRUE(at::equal(found.read(name, at::kFloat), expected.read(name, at::kFloat))) << name;
  }
}

/// Runs two steps, one by either model, and expects a picture.
void expect_picture(const fs::path& small, const fs::path& large, const fs::path& folder,
                    const std::optional<fs::path>& vae = {}) {
  LocalEngineOptions options;
  options.cache = folder / "cache";
  Job job;
  job.request.prompt = "a cat";
  job.request.denoisers = {{"small", {"small", {}, {}, small}, std::nullopt},
                           {"large", {"large", {}, {}, large}, std::nullopt}};
  job.request.split = RatioSplit{{Percent{50}}, SplitRule::Floor};
  job.request.extent = {64, 64};
  job.request.steps = 2;
  if (vae) job.request.vae = ModelReference{"vae", {}, {}, *vae};
  job.settings.device = DeviceKind::Cpu;
  job.preview.kind = PreviewKind::None;
  job.output.path = folder / (vae ? "picture-of-other-vae.png" : "picture.png");
  const Outcome outcome = make_pictures(*make_local_engine(options), job, {}, [](const Event&) {});
  if (const auto* failed = std::get_if<Failed>(&outcome)) ADD_FAILURE() << failed->where << ": " << failed->what;
  EXPECT_TRUE(fs::exists(job.output.path));
}

TEST(SingleFileRun, drawsWithStableDiffusionInOneFile) {
  const test::TemporaryFolder folder;
  const TensorShapes unet = narrowed("sd15", 320, 10, {{768, 64}});
  const TensorShapes vae = narrowed("vae-kl-f8", 128, 4, {});
  FileWriter large;
  large.add("sd15", kUnet, unet, 1);
  large.add("vae-kl-f8", kVae, vae, 2);
  large.add_plain("cond_stage_model.transformer.", narrow_clip(), 3);
  large.write(folder.path() / "large.ckpt");
  FileWriter small;
  small.add("bk-sdm-tiny", kUnet, narrowed("bk-sdm-tiny", 320, 10, {{768, 64}}), 4);
  small.write(folder.path() / "small.safetensors");
  FileWriter alone;
  alone.add("vae-kl-f8", "", vae, 5);
  alone.write(folder.path() / "vae.pt");

  const ModelParts parts = read_single_file(folder.path() / "large.ckpt");
  expect_same(*open_network(parts, {}), unet, 1);
  expect_same(*open_vae(parts.vae->folder, {}), vae, 2);
  expect_same(*open_text_encoder(parts.text->encoders.at(0), {}), narrow_clip(), 3);
  expect_picture(folder.path() / "small.safetensors", folder.path() / "large.ckpt", folder.path());
  expect_picture(folder.path() / "small.safetensors", folder.path() / "large.ckpt", folder.path(),
                 folder.path() / "vae.pt");
}

TEST(SingleFileRun, drawsWithSdxlInOneFile) {
  const test::TemporaryFolder folder;
  const TensorShapes unet = narrowed("segmind-vega", 320, 10, kXlWidths);
  const TensorShapes second = narrowed("openclip-bigg", 320, 10, {});
  FileWriter large;
  large.add("segmind-vega", kUnet, unet, 1);
  large.add("vae-kl-f8", kVae, narrowed("vae-kl-f8", 128, 4, {}), 2);
  large.add_plain("conditioner.embedders.0.transformer.", narrow_clip(), 3);
  large.add("openclip-bigg", "conditioner.embedders.1.model.", second, 4);
  large.write(folder.path() / "large.safetensors");
  FileWriter small;
  small.add("segmind-vega", kUnet, unet, 5);
  small.write(folder.path() / "small.safetensors");

  const ModelParts parts = read_single_file(folder.path() / "large.safetensors");
  EXPECT_EQ(std::get<UnetConfig>(parts.network).addition_time_embed_dim, 256);
  ASSERT_EQ(parts.text->encoders.size(), 2U);
  EXPECT_EQ(parts.text->encoders[0].published_tokenizer->pad, "<|endoftext|>");
  EXPECT_EQ(parts.text->encoders[1].published_tokenizer->pad, "!");
  expect_same(*open_text_encoder(parts.text->encoders[1], {}), second, 4);
  expect_picture(folder.path() / "small.safetensors", folder.path() / "large.safetensors", folder.path());
}

TEST(SingleFileVae, bringsItsScaleOnlyInAWholeModel) {
  const test::TemporaryFolder folder;
  const VaePart whole = read_single_file_vae(write_published(folder, "segmind-vega"));
  EXPECT_TRUE(whole.scale_known);
  EXPECT_EQ(whole.latent_space().scale, 0.13025);
  const fs::path file = folder.path() / "vae.safetensors";
  test::write_sparse_weights(file, {{}, original("vae-kl-f8", "")}, at::kFloat);
  VaePart alone = read_single_file_vae(file);
  EXPECT_FALSE(alone.scale_known);
  alone.take_scale_of(whole.latent_space());
  EXPECT_EQ(alone.latent_space().scale, 0.13025);
  test::write_sparse_weights(file, {{}, published_tensors(kGolden, "clip-l")}, at::kHalf);
  EXPECT_THROW(read_single_file_vae(file), BadInput);
}

/// TAESD's decoder decides about pictures; its encoder may be in another file.
TEST(SingleFileParts, readATinyAutoencoder) {
  const test::TemporaryFolder folder;
  const TensorShapes ours = published_tensors(kGolden, "taesd");
  const auto half = [&](const std::string& name) {
    TensorShapes own = ours;
    std::erase_if(own, [&](const auto& tensor) { return !tensor.first.starts_with(name); });
    return test::original_tiny(own, "", "");
  };
  const auto write = [&](const std::string& name, const TensorShapes& tensors) {
    return write_list(folder, name, {.config = {}, .tensors = tensors});
  };
  for (const fs::path& file : {write("both", test::original_tiny(ours, "taesd_encoder.", "taesd_decoder.")),
                               write("ours", ours), write("taesd_decoder", half("decoder"))}) {
    const VaePart part = read_vae_part(file, {});
    ASSERT_TRUE(std::holds_alternative<TinyVaeConfig>(part.config)) << file;
    EXPECT_EQ(part.latent_space().channels, 4);
    EXPECT_EQ(part.latent_space().factor, 8);
    EXPECT_EQ(read_file_facts(file).family, "taesd");
    EXPECT_EQ(open_vae(file, {})->entries().at("decoder.layers.0.weight").shape,
              (std::vector<std::int64_t>{64, 4, 3, 3}));
  }
  const fs::path encoder = write("taesd_encoder", half("encoder"));
  try {
    (void)read_vae_part(encoder, {});
    FAIL() << "nothing was refused";
  } catch (const BadInput& problem) {
    EXPECT_THAT(problem.what(), HasSubstr("is the encoder of a tiny autoencoder (TAESD) alone"));
  }
}

}  // namespace
}  // namespace tstitch
