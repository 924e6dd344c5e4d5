#include <algorithm>

#include <gtest/gtest.h>

#include "core/picture_text/picture_text_reading.h"

namespace tstitch {
namespace {

PictureParameters read(const std::string& text, const std::string& keyword = "prompt") {
  return read_picture_texts({{keyword, text}}).value_or(PictureParameters{});
}

bool leaves_out(const PictureParameters& read, LeftOutKind kind) {
  return std::any_of(read.left_out.begin(), read.left_out.end(), [&](const LeftOut& one) { return one.kind == kind; });
}

/// A graph of the usual nodes; `more` are further ones.
std::string usual(const std::string& sampler_model = "\"4\", 0", const std::string& positive = "\"6\", 0",
                  const std::string& more = {}) {
  return R"({"3": {"class_type": "KSampler", "inputs": {"seed": 4242, "steps": 28, "cfg": 6.5, "sampler_name": "dpmpp_2m",
    "scheduler": "karras", "denoise": 1.0, "model": [)" +
         sampler_model + R"(], "positive": [)" + positive +
         R"(], "negative": ["7", 0], "latent_image": ["5", 0]}},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd\\someMix.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 128, "height": 192, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a red fox, snow", "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry", "clip": ["4", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["8", 0]}})" +
         more + "}";
}

void expect_usual(const PictureParameters& parameters) {
  EXPECT_EQ(parameters.program, PictureProgram::ComfyUi);
  EXPECT_EQ(parameters.prompt, "a red fox, snow");
  EXPECT_EQ(parameters.negative_prompt, "blurry");
  EXPECT_EQ(parameters.steps, 28);
  EXPECT_EQ(parameters.sampler, SamplerKind::Dpmpp2M);
  EXPECT_EQ(parameters.spacing, Spacing::Karras);
  EXPECT_EQ(parameters.guidance_scale, 6.5);
  EXPECT_EQ(parameters.seed, 4242U);
  EXPECT_EQ(parameters.extent, (Extent{128, 192}));
  EXPECT_EQ(parameters.model, "someMix");
}

TEST(ComfyGraph, OfTheUsualNodesIsRead) {
  const PictureParameters parameters = read(usual());
  expect_usual(parameters);
  EXPECT_TRUE(parameters.left_out.empty());
  EXPECT_TRUE(parameters.loras.empty());
}

/// The row `foreign-json` of the cases: a graph without loader, latent and output.
TEST(ComfyGraph, InPartIsRead) {
  const PictureParameters parameters = read(
      R"({"3": {"class_type": "KSampler", "inputs": {"seed": 4242, "steps": 28, "cfg": 6.5, "sampler_name": "dpmpp_2m",
      "scheduler": "karras", "positive": ["6", 0], "negative": ["7", 0]}}, "6": {"class_type": "CLIPTextEncode",
      "inputs": {"text": "a red fox, snow"}}, "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry"}}})");
  EXPECT_EQ(parameters.prompt, "a red fox, snow");
  EXPECT_EQ(parameters.negative_prompt, "blurry");
  EXPECT_EQ(parameters.seed, 4242U);
  EXPECT_EQ(parameters.extent, std::nullopt);
}

TEST(ComfyGraph, MayHoldPythonsNumbers) {
  expect_usual(
      read(usual("\"4\", 0", "\"6\", 0", R"(, "50": {"class_type": "X", "inputs": {"a": NaN, "b": -Infinity}})")));
}

TEST(ComfyGraph, IsWalkedThroughLoras) {
  const PictureParameters parameters = read(usual("\"10\", 0", "\"6\", 0", R"graph(,
    "10": {"class_type": "LoraLoader", "inputs": {"lora_name": "foxStyle.safetensors", "strength_model": 0.8,
           "strength_clip": 1, "model": ["11", 0], "clip": ["4", 1]}},
    "11": {"class_type": "Power Lora Loader (rgthree)", "inputs": {"lora_1": {"on": true, "lora": "b.safetensors",
           "strength": 0.5}, "lora_2": {"on": false, "lora": "c", "strength": 1}, "model": ["4", 0]}})graph"));
  EXPECT_EQ(parameters.loras, (std::vector<NamedLora>{{"foxStyle", 0.8}, {"b", 0.5}}));
  expect_usual(parameters);
}

TEST(ComfyGraph, IsWalkedThroughControlNetsAndClipLayers) {
  const PictureParameters parameters = read(usual("\"4\", 0", "\"12\", 0", R"(,
    "12": {"class_type": "ControlNetApplyAdvanced", "inputs": {"strength": 1, "positive": ["13", 0],
           "negative": ["7", 0], "image": ["14", 0]}},
    "13": {"class_type": "CLIPTextEncode", "inputs": {"text": "a red fox, snow", "clip": ["15", 0]}},
    "14": {"class_type": "LoadImage", "inputs": {"image": "x.png"}},
    "15": {"class_type": "CLIPSetLastLayer", "inputs": {"stop_at_clip_layer": -2, "clip": ["4", 1]}})"));
  expect_usual(parameters);
  EXPECT_EQ(parameters.clip_skip, 2);
  EXPECT_TRUE(leaves_out(parameters, LeftOutKind::ControlNet));
}

TEST(ComfyGraph, HoldsValuesInOtherNodes) {
  std::string graph =
      usual("\"4\", 0", "\"6\", 0", R"(, "20": {"class_type": "PrimitiveInt", "inputs": {"value": 4242}},
    "21": {"class_type": "StringConcatenate", "inputs": {"string_a": "a red fox", "string_b": ["22", 0], "delimiter": ", "}},
    "22": {"class_type": "PrimitiveString", "inputs": {"value": "snow"}})");
  graph.replace(graph.find("4242, \"steps\""), 4, "[\"20\", 0]");
  graph.replace(graph.find("\"a red fox, snow\""), 17, "[\"21\", 0]");
  expect_usual(read(graph));
}

TEST(ComfyGraph, OfSeveralSamplersFollowsTheSavedPicture) {
  const PictureParameters parameters = read(usual("\"4\", 0", "\"6\", 0", R"(,
    "1": {"class_type": "KSampler", "inputs": {"seed": 1, "steps": 9, "cfg": 1, "sampler_name": "euler", "scheduler":
          "normal", "positive": ["7", 0], "negative": ["7", 0], "latent_image": ["5", 0]}},
    "2": {"class_type": "VAEDecode", "inputs": {"samples": ["1", 0]}},
    "0": {"class_type": "PreviewImage", "inputs": {"images": ["2", 0]}})"));
  expect_usual(parameters);
}

TEST(ComfyGraph, OfTwoPassesGivesTheFirst) {
  std::string graph = usual("\"4\", 0", "\"6\", 0", R"(,
    "30": {"class_type": "LatentUpscale", "inputs": {"width": 256, "height": 384, "samples": ["3", 0]}},
    "31": {"class_type": "KSampler", "inputs": {"seed": 5, "steps": 10, "cfg": 8, "sampler_name": "euler", "scheduler":
           "normal", "denoise": 0.5, "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["30", 0]}})");
  graph.replace(graph.find("\"samples\": [\"3\", 0], \"vae\""), 19, "\"samples\": [\"31\", 0]");
  const PictureParameters parameters = read(graph);
  expect_usual(parameters);
  EXPECT_TRUE(leaves_out(parameters, LeftOutKind::Hires));
}

TEST(ComfyGraph, OfCustomSamplersIsRead) {
  const PictureParameters parameters = read(R"({
    "1": {"class_type": "SamplerCustomAdvanced", "inputs": {"noise": ["2", 0], "guider": ["3", 0], "sampler": ["4", 0],
          "sigmas": ["5", 0], "latent_image": ["6", 0]}},
    "2": {"class_type": "RandomNoise", "inputs": {"noise_seed": 18446744073709551615}},
    "3": {"class_type": "CFGGuider", "inputs": {"cfg": 6.5, "model": ["7", 0], "positive": ["8", 0], "negative": ["9", 0]}},
    "4": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "dpmpp_2m"}},
    "5": {"class_type": "BasicScheduler", "inputs": {"scheduler": "sgm_uniform", "steps": 28, "denoise": 1}},
    "6": {"class_type": "EmptyLatentImage", "inputs": {"width": 128, "height": 192}},
    "7": {"class_type": "UNETLoader", "inputs": {"unet_name": "someMix.safetensors"}},
    "8": {"class_type": "CLIPTextEncodeSDXL", "inputs": {"width": 9, "height": 9, "text_g": "a red fox", "text_l": "a red fox"}},
    "9": {"class_type": "ConditioningZeroOut", "inputs": {"conditioning": ["8", 0]}}})");
  EXPECT_EQ(parameters.prompt, "a red fox");
  EXPECT_EQ(parameters.negative_prompt, std::nullopt);
  EXPECT_EQ(parameters.seed, 18446744073709551615U);
  EXPECT_EQ(parameters.sampler, SamplerKind::Dpmpp2M);
  EXPECT_EQ(parameters.spacing, Spacing::Trailing);
  EXPECT_EQ(parameters.steps, 28);
  EXPECT_EQ(parameters.extent, (Extent{128, 192}));
  EXPECT_EQ(parameters.model, "someMix");
}

TEST(ComfyGraph, UnknownSamplersTakeTheirScheduleAlong) {
  std::string graph = usual();
  graph.replace(graph.find("\"dpmpp_2m\""), 10, "\"res_multistep\"");
  const PictureParameters parameters = read(graph);
  EXPECT_EQ(parameters.sampler, std::nullopt);
  EXPECT_EQ(parameters.spacing, std::nullopt);
  EXPECT_TRUE(leaves_out(parameters, LeftOutKind::Sampler));
}

TEST(ComfyGraph, MayBeAWorkflow) {
  const PictureParameters parameters = read(R"({"last_node_id": 9, "version": 0.4, "nodes": [
    {"id": 3, "type": "KSampler", "mode": 0, "inputs": [{"name": "model", "type": "MODEL", "link": 1},
      {"name": "positive", "type": "CONDITIONING", "link": 2}, {"name": "negative", "type": "CONDITIONING", "link": 3},
      {"name": "latent_image", "type": "LATENT", "link": 4}],
      "widgets_values": [4242, "randomize", 28, 6.5, "dpmpp_2m", "karras", 1]},
    {"id": 4, "type": "CheckpointLoaderSimple", "mode": 0, "widgets_values": ["someMix.safetensors"]},
    {"id": 10, "type": "LoraLoader", "mode": 4, "inputs": [{"name": "model", "type": "MODEL", "link": 6}],
      "widgets_values": ["off.safetensors", 1, 1]},
    {"id": 5, "type": "EmptyLatentImage", "mode": 0, "widgets_values": [128, 192, 1]},
    {"id": 6, "type": "CLIPTextEncode", "mode": 0, "inputs": [], "widgets_values": ["a red fox, snow"]},
    {"id": 7, "type": "CLIPTextEncode", "mode": 0, "inputs": [], "widgets_values": ["blurry"]},
    {"id": 9, "type": "SaveImage", "mode": 0, "inputs": [{"name": "images", "type": "IMAGE", "link": 5}]}],
    "links": [[1, 10, 0, 3, 0, "MODEL"], [2, 6, 0, 3, 1, "CONDITIONING"], [3, 7, 0, 3, 2, "CONDITIONING"],
      [4, 5, 0, 3, 3, "LATENT"], [5, 3, 0, 9, 0, "IMAGE"], [6, 4, 0, 10, 0, "MODEL"]]})",
                                            "workflow");
  expect_usual(parameters);
  EXPECT_TRUE(parameters.loras.empty()) << "a node that is passed by does nothing";
}

TEST(ComfyGraph, WithoutASamplerIsNamedAndTakesNothing) {
  for (const char* text :
       {"{\"nodes\": [], \"links\": []}", R"({"1": {"class_type": "LoadImage", "inputs": {"image": "x"}}})"}) {
    const PictureParameters parameters = read(text, "workflow");
    EXPECT_EQ(parameters.program, PictureProgram::ComfyUi);
    EXPECT_TRUE(parameters.is_empty());
  }
}

TEST(ComfyGraph, WithLoopsEnds) {
  const PictureParameters parameters = read(
      R"({"1": {"class_type": "KSampler", "inputs": {"seed": ["1", 0], "steps": ["2", 0], "model": ["3", 0], "positive":
      ["3", 0], "negative": ["3", 1], "latent_image": ["1", 0]}}, "2": {"class_type": "TextConcat", "inputs": {"text_a":
      ["2", 0], "text_b": ["2", 0]}}, "3": {"class_type": "Reroute", "inputs": {"": ["3", 0]}}, "4": {"class_type":
      "SaveImage", "inputs": {"images": ["1", 0]}}})");
  EXPECT_EQ(parameters.program, PictureProgram::ComfyUi);
  EXPECT_TRUE(parameters.is_empty());
}

/// A workflow whose sampler and texts lie in one node; `instance` says what that node shows.
std::string with_subgraph(const std::string& instance, const std::string& definitions) {
  return R"({"last_node_id": 20, "version": 0.4, "nodes": [
    {"id": 4, "type": "CheckpointLoaderSimple", "mode": 0, "inputs": [], "widgets_values": ["someMix.safetensors"]},
    {"id": 12, "mode": 0, )" +
         instance + R"(},
    {"id": 9, "type": "SaveImage", "mode": 0, "inputs": [{"name": "images", "type": "IMAGE", "link": 8}]}],
    "links": [[1, 4, 0, 12, 0, "MODEL"], [2, 4, 1, 12, 1, "CLIP"], [8, 12, 0, 9, 0, "IMAGE"]], )" +
         definitions + "}";
}

constexpr const char* kSubgraph = R"("definitions": {"subgraphs": [{"id": "0d57c9b2-aaaa-bbbb-cccc-0123456789ab",
    "name": "draw", "inputNode": {"id": -10}, "outputNode": {"id": -20},
    "inputs": [{"name": "model", "type": "MODEL"}, {"name": "clip", "type": "CLIP"}, {"name": "text", "type": "STRING"}],
    "outputs": [{"name": "IMAGE", "type": "IMAGE"}],
    "nodes": [
      {"id": 3, "type": "KSampler", "mode": 0, "inputs": [{"name": "model", "type": "MODEL", "link": 1},
        {"name": "positive", "type": "CONDITIONING", "link": 2}, {"name": "negative", "type": "CONDITIONING", "link": 3},
        {"name": "latent_image", "type": "LATENT", "link": 4}],
        "widgets_values": [1, "randomize", 28, 6.5, "dpmpp_2m", "karras", 1]},
      {"id": 5, "type": "EmptyLatentImage", "mode": 0, "inputs": [], "widgets_values": [128, 192, 1]},
      {"id": 6, "type": "CLIPTextEncode", "mode": 0, "inputs": [{"name": "clip", "type": "CLIP", "link": 5},
        {"name": "text", "type": "STRING", "link": 9, "widget": {"name": "text"}}], "widgets_values": ["stale words"]},
      {"id": 7, "type": "CLIPTextEncode", "mode": 0, "inputs": [{"name": "clip", "type": "CLIP", "link": 6}],
        "widgets_values": ["blurry"]},
      {"id": 8, "type": "VAEDecode", "mode": 0, "inputs": [{"name": "samples", "type": "LATENT", "link": 7}]}],
    "links": [
      {"id": 1, "origin_id": -10, "origin_slot": 0, "target_id": 3, "target_slot": 0, "type": "MODEL"},
      {"id": 2, "origin_id": 6, "origin_slot": 0, "target_id": 3, "target_slot": 1, "type": "CONDITIONING"},
      {"id": 3, "origin_id": 7, "origin_slot": 0, "target_id": 3, "target_slot": 2, "type": "CONDITIONING"},
      {"id": 4, "origin_id": 5, "origin_slot": 0, "target_id": 3, "target_slot": 3, "type": "LATENT"},
      {"id": 5, "origin_id": -10, "origin_slot": 1, "target_id": 6, "target_slot": 0, "type": "CLIP"},
      {"id": 6, "origin_id": -10, "origin_slot": 1, "target_id": 7, "target_slot": 0, "type": "CLIP"},
      {"id": 7, "origin_id": 3, "origin_slot": 0, "target_id": 8, "target_slot": 0, "type": "LATENT"},
      {"id": 9, "origin_id": -10, "origin_slot": 2, "target_id": 6, "target_slot": 1, "type": "STRING"},
      {"id": 10, "origin_id": 8, "origin_slot": 0, "target_id": -20, "target_slot": 0, "type": "IMAGE"}]}]})";

constexpr const char* kInputs = R"("type": "0d57c9b2-aaaa-bbbb-cccc-0123456789ab", "inputs": [
    {"name": "model", "type": "MODEL", "link": 1}, {"name": "clip", "type": "CLIP", "link": 2},
    {"name": "text", "type": "STRING", "widget": {"name": "text"}, "link": null}], )";

TEST(ComfyGraph, MayLieInASubgraph) {
  expect_usual(
      read(with_subgraph(std::string(kInputs) + R"("properties": {"proxyWidgets": [["-1", "text"], ["3", "seed"]]},
      "widgets_values": ["a red fox, snow", 4242])",
                         kSubgraph),
           "workflow"));
  // Without a list of what it shows its values are those of its own inputs, in their order.
  const PictureParameters parameters =
      read(with_subgraph(std::string(kInputs) + R"("widgets_values": ["a red fox, snow"])", kSubgraph), "workflow");
  EXPECT_EQ(parameters.prompt, "a red fox, snow");
  EXPECT_EQ(parameters.seed, 1U);
  EXPECT_EQ(parameters.model, "someMix");
}

TEST(ComfyGraph, OfASubgraphTakesWhatIsLinkedToIt) {
  std::string graph = with_subgraph(std::string(kInputs) + R"("widgets_values": ["old words"])", kSubgraph);
  graph.replace(graph.find("\"link\": null"), 12, "\"link\": 11");
  graph.replace(graph.find("[[1, 4, 0"), 1, R"([[11, 15, 0, 12, 2, "STRING"], )");
  graph.replace(
      graph.find("{\"id\": 9,"), 1,
      R"({"id": 15, "type": "PrimitiveStringMultiline", "mode": 0, "widgets_values": ["a red fox, snow"]}, {)");
  EXPECT_EQ(read(graph, "workflow").prompt, "a red fox, snow");
}

/// What came before subgraphs: nodes by their places, values one after the other.
TEST(ComfyGraph, MayLieInAGroupNode) {
  const std::string group = R"("extra": {"groupNodes": {"draw": {"nodes": [
      {"type": "KSampler", "inputs": [{"name": "model", "type": "MODEL"}, {"name": "positive", "type": "CONDITIONING"},
        {"name": "negative", "type": "CONDITIONING"}, {"name": "latent_image", "type": "LATENT"}],
        "outputs": [{"name": "LATENT"}], "widgets_values": [1, "randomize", 2, 3, "euler", "normal", 1]},
      {"type": "CLIPTextEncode", "inputs": [{"name": "clip", "type": "CLIP"}], "outputs": [{"name": "CONDITIONING"}],
        "widgets_values": [""]},
      {"type": "CLIPTextEncode", "inputs": [{"name": "clip", "type": "CLIP"}], "outputs": [{"name": "CONDITIONING"}],
        "widgets_values": [""]},
      {"type": "EmptyLatentImage", "inputs": [], "outputs": [{"name": "LATENT"}], "widgets_values": [8, 8, 1]},
      {"type": "VAEDecode", "inputs": [{"name": "samples", "type": "LATENT"}], "outputs": [{"name": "IMAGE"}]}],
    "links": [[1, 0, 0, 1, 6, "CONDITIONING"], [2, 0, 0, 2, 7, "CONDITIONING"], [3, 0, 0, 3, 5, "LATENT"],
              [0, 0, 4, 0, 3, "LATENT"]], "external": []}}})";
  const std::string instance = R"("type": "workflow/draw", "inputs": [{"name": "model", "type": "MODEL", "link": 1},
      {"name": "clip", "type": "CLIP", "link": 2}], "widgets_values": [4242, "randomize", 28, 6.5, "dpmpp_2m", "karras", 1,
      "a red fox, snow", "blurry", 128, 192, 1])";
  expect_usual(read(with_subgraph(instance, group), "workflow"));
}

/// As the program of July 2024 wrote it: links from without start at null, and `external` holds whole nodes.
TEST(ComfyGraph, MayLieInAGroupNodeOfASamplerInPieces) {
  const std::string group = R"("extra": {"groupNodes": {"draw": {"nodes": [
      {"type": "RandomNoise", "index": 0, "outputs": [{"name": "NOISE"}], "widgets_values": [1, "randomize"]},
      {"type": "KSamplerSelect", "index": 1, "outputs": [{"name": "SAMPLER"}], "widgets_values": ["euler"]},
      {"type": "BasicScheduler", "index": 2, "inputs": [{"name": "model", "type": "MODEL", "link": null}],
        "outputs": [{"name": "SIGMAS"}], "widgets_values": ["simple", 20, 1]},
      {"type": "CFGGuider", "index": 3, "inputs": [{"name": "model", "type": "MODEL", "link": null},
        {"name": "positive", "type": "CONDITIONING", "link": null},
        {"name": "negative", "type": "CONDITIONING", "link": null}], "outputs": [{"name": "GUIDER"}],
        "widgets_values": [8]},
      {"type": "SamplerCustomAdvanced", "index": 4, "inputs": [{"name": "noise", "type": "NOISE", "link": null},
        {"name": "guider", "type": "GUIDER", "link": null}, {"name": "sampler", "type": "SAMPLER", "link": null},
        {"name": "sigmas", "type": "SIGMAS", "link": null}, {"name": "latent_image", "type": "LATENT", "link": null}],
        "outputs": [{"name": "output"}, {"name": "denoised_output"}]}],
    "links": [[null, 0, 2, 0, 12, "MODEL"], [null, 0, 3, 0, 12, "MODEL"], [null, 0, 3, 1, 6, "CONDITIONING"],
      [null, 0, 3, 2, 7, "CONDITIONING"], [0, 0, 4, 0, 25, "NOISE"], [3, 0, 4, 1, 22, "GUIDER"],
      [1, 0, 4, 2, 16, "SAMPLER"], [2, 0, 4, 3, 17, "SIGMAS"], [null, 0, 4, 4, 5, "LATENT"]],
    "external": [[{"type": "SamplerCustomAdvanced", "index": 4}, 0, "LATENT"]]}}})";
  const std::string workflow = R"({"nodes": [
      {"id": 4, "type": "CheckpointLoaderSimple", "mode": 0, "outputs": [{"name": "MODEL", "links": [1, 9]}],
        "widgets_values": ["someMix.safetensors"]},
      {"id": 6, "type": "CLIPTextEncode", "mode": 0, "inputs": [{"name": "clip", "type": "CLIP", "link": 2}],
        "widgets_values": ["a red fox, snow"]},
      {"id": 7, "type": "CLIPTextEncode", "mode": 0, "inputs": [{"name": "clip", "type": "CLIP", "link": 3}],
        "widgets_values": ["blurry"]},
      {"id": 5, "type": "EmptyLatentImage", "mode": 0, "widgets_values": [128, 192, 1]},
      {"id": 28, "type": "workflow/draw", "mode": 0, "inputs": [{"name": "model", "type": "MODEL", "link": 1},
        {"name": "CFGGuider model", "type": "MODEL", "link": 9},
        {"name": "positive", "type": "CONDITIONING", "link": 4}, {"name": "negative", "type": "CONDITIONING", "link": 8},
        {"name": "latent_image", "type": "LATENT", "link": 5}],
        "outputs": [{"name": "output", "links": [6]}, {"name": "denoised_output", "links": null}],
        "widgets_values": [4242, "randomize", "dpmpp_2m", "karras", 28, 1, 6.5]},
      {"id": 8, "type": "VAEDecode", "mode": 0, "inputs": [{"name": "samples", "type": "LATENT", "link": 6}]},
      {"id": 9, "type": "SaveImage", "mode": 0, "inputs": [{"name": "images", "type": "IMAGE", "link": 7}]}],
    "links": [[1, 4, 0, 28, 0, "MODEL"], [9, 4, 0, 28, 1, "MODEL"], [2, 4, 1, 6, 0, "CLIP"], [3, 4, 1, 7, 0, "CLIP"],
      [4, 6, 0, 28, 2, "CONDITIONING"], [8, 7, 0, 28, 3, "CONDITIONING"], [5, 5, 0, 28, 4, "LATENT"],
      [6, 28, 0, 8, 0, "LATENT"], [7, 8, 0, 9, 0, "IMAGE"]], )" +
                               group + "}";
  expect_usual(read(workflow, "workflow"));
}

TEST(ComfyGraph, OfSubgraphsInThemselvesEnds) {
  const std::string nested = R"("definitions": {"subgraphs": [{"id": "a", "nodes": [{"id": 1, "type": "a", "mode": 0},
      {"id": 2, "type": "a", "mode": 0}, {"id": 3, "type": "a", "mode": 0}, {"id": 4, "type": "a", "mode": 0}],
      "links": []}]})";
  EXPECT_EQ(read(with_subgraph(R"("type": "a")", nested), "workflow").prompt, std::nullopt);
}

}  // namespace
}  // namespace tstitch
