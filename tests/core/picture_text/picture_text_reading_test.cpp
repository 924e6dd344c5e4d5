#include "core/picture_text/picture_text_reading.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace tstitch {
namespace {

const std::string kSettings =
    "Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 4242, Size: 128x192, Model hash: 0123456789, "
    "Model: someMix_v2, Clip skip: 2, Version: v1.7.0";

PictureParameters read(const std::string& text, const std::string& keyword = "parameters") {
  return read_picture_texts({{keyword, text}}).value_or(PictureParameters{});
}

bool leaves_out(const PictureParameters& read, LeftOutKind kind, const std::string& detail = {}) {
  return std::any_of(read.left_out.begin(), read.left_out.end(), [&](const LeftOut& entry) {
    return entry.kind == kind && (detail.empty() || entry.detail == detail);
  });
}

/// The settings that the cases' pictures share.
void expect_settings(const PictureParameters& read) {
  EXPECT_EQ(read.steps, 28);
  EXPECT_EQ(read.sampler, SamplerKind::Dpmpp2M);
  EXPECT_EQ(read.guidance_scale, 6.5);
  EXPECT_EQ(read.seed, 4242U);
  EXPECT_EQ(read.extent, (Extent{128, 192}));
}

/// Rows `settings-line` of the cases: where the line of settings stands, and what stands around it.
struct Line {
  const char* name;
  std::string text;
  std::string prompt;
  std::optional<std::string> negative;
};

TEST(SettingsLine, IsFoundWhereverItStands) {
  const Line lines[] = {
      {"plain", "a red fox, snow\nNegative prompt: blurry, text\n" + kSettings, "a red fox, snow", "blurry, text"},
      {"extra line behind", "a red fox\nNegative prompt: blurry\n" + kSettings + "\nTemplate: a {red|blue} fox",
       "a red fox", "blurry"},
      {"no space", "a red fox, snow\nNegative prompt:blurry, text\n" + kSettings, "a red fox, snow", "blurry, text"},
      {"negative only", "Negative prompt: blurry\n" + kSettings, "", "blurry"},
      {"no negative", "a red fox, snow\n" + kSettings, "a red fox, snow", std::nullopt},
      {"settings only", kSettings, "", std::nullopt},
      {"many lines", "a red fox,\nsnow\n\nBREAK\nforest\nNegative prompt: blurry,\ntext\nugly\n" + kSettings,
       "a red fox,\nsnow\n\nBREAK\nforest", "blurry,\ntext\nugly"},
      {"crlf", "a red fox, snow\r\nNegative prompt: blurry\r\n" + kSettings + "\r\n", "a red fox, snow", "blurry"},
      {"old line ends", "a red fox\rNegative prompt: blurry\r" + kSettings, "a red fox", "blurry"},
      {"unicode", "ein Fuchs im Schnee, 雪の狐 🦊\nNegative prompt: unscharf – häßlich\n" + kSettings,
       "ein Fuchs im Schnee, 雪の狐 🦊", "unscharf – häßlich"},
      {"colons in the prompt", "score: nine, rating: safe, source: drawing\na fox\n" + kSettings,
       "score: nine, rating: safe, source: drawing\na fox", std::nullopt},
      {"one line", "a red fox, snow Negative prompt: blurry, text " + kSettings, "a red fox, snow", "blurry, text"},
      {"mark of UTF-8",
       "\xEF\xBB\xBF"
       "a red fox\n" +
           kSettings,
       "a red fox", std::nullopt},
      {"two templates behind",
       "a red fox\nNegative prompt: blurry\n" + kSettings + "\nTemplate: a, b: c\nNegative Template: x", "a red fox",
       "blurry"},
      {"empty negative", "a red fox\nNegative prompt:\n" + kSettings, "a red fox", ""}};
  for (const Line& line : lines) {
    SCOPED_TRACE(line.name);
    const PictureParameters parameters = read(line.text);
    EXPECT_EQ(parameters.program, PictureProgram::A1111);
    EXPECT_EQ(parameters.prompt, line.prompt);
    EXPECT_EQ(parameters.negative_prompt, line.negative);
    EXPECT_EQ(parameters.spacing, Spacing::Karras);
    EXPECT_EQ(parameters.clip_skip, 2);
    EXPECT_EQ(parameters.model, "someMix_v2");
    expect_settings(parameters);
  }
}

TEST(SettingsLine, IsNotTakenFromAPromptWithColons) {
  const std::string text = "masterpiece, best quality\nscore: nine, rating: safe, source: drawing, a red fox";
  const PictureParameters parameters = read(text);
  EXPECT_EQ(parameters.prompt, text);
  EXPECT_EQ(parameters.program, PictureProgram::Text);
  EXPECT_TRUE(parameters.pairs.empty());
}

TEST(SettingsLine, HoldsJsonValues) {
  const PictureParameters parameters =
      read("a red fox\n" + kSettings +
           ", ControlNet 0: \"Module: canny, Model: control_v11p [d14c016b], Weight: 1.0, Guidance: (0.0, 1.0)\", Lora "
           "hashes: \"foo: 1234, bar: 5678\", Hashes: {\"model\": \"012, 3\", \"lora:x\": \"4\"}, Civitai resources: "
           "[{\"type\":\"checkpoint\",\"weight\":1, \"name\":\"a, b: c\"}], RNG: NV");
  expect_settings(parameters);
  EXPECT_EQ(parameters.pairs.at("Lora hashes"), "foo: 1234, bar: 5678");
  EXPECT_EQ(parameters.pairs.at("Hashes"), "{\"model\": \"012, 3\", \"lora:x\": \"4\"}");
  EXPECT_TRUE(leaves_out(parameters, LeftOutKind::ControlNet));
  EXPECT_TRUE(leaves_out(parameters, LeftOutKind::Noise, "NV"));
}

TEST(SettingsLine, OfOddSizeTakesTheNextMultiple) {
  const PictureParameters parameters = read("a red fox\nSteps: 28, Sampler: Euler, Seed: 1, Size: 515x770");
  EXPECT_EQ(parameters.extent, (Extent{512, 768}));
  EXPECT_TRUE(leaves_out(parameters, LeftOutKind::Size, "515x770"));
  EXPECT_EQ(read("x\nSteps: 28, Seed: 1, Size: 5x770").extent, std::nullopt);
  EXPECT_EQ(read("x\nSteps: 28, Seed: 1, Size: huge").extent, std::nullopt);
}

TEST(SettingsLine, OfSdNextMayHaveBars) {
  const PictureParameters parameters = read(
      "a red fox\nNegative prompt: blurry\nSteps: 28 | Seed: 4242 | Sampler: DPM++ 2M | CFG scale: 6.5 | Size: 128x192 "
      "| Model: someMix");
  EXPECT_EQ(parameters.program, PictureProgram::SdNext);
  EXPECT_EQ(parameters.spacing, Spacing::Default);
  EXPECT_EQ(parameters.negative_prompt, "blurry");
  expect_settings(parameters);
}

TEST(PictureProgramOfAText, IsTold) {
  const auto program = [](const std::string& more) {
    return read("a\nSteps: 2, Sampler: Euler, Seed: 1, Size: 64x64, " + more).program;
  };
  EXPECT_EQ(program("Version: v1.10.1"), PictureProgram::A1111);
  EXPECT_EQ(program("Version: f2.0.1v1.10.1-previous-659-gc055f2d4"), PictureProgram::Forge);
  EXPECT_EQ(program("App: SD.Next, Version: 1a2b3c, Pipeline: StableDiffusionPipeline"), PictureProgram::SdNext);
  EXPECT_EQ(program("Version: Fooocus v2.5.5"), PictureProgram::Fooocus);
  EXPECT_EQ(program("Version: ComfyUI"), PictureProgram::ComfyUi);
  EXPECT_EQ(program("Version: T-Stitch Studio 0.1.0"), PictureProgram::TStitch);
}

/// The row `unknown-sampler` of the cases, and their kind: both names are taken or neither.
TEST(SamplerOfAText, ComesWithItsScheduleOrNotAtAll) {
  struct Case {
    std::string sampler, schedule;
    std::optional<SamplerKind> kind;
    std::optional<Spacing> spacing;
  };
  const Case cases[] = {{"Euler a", "Karras", {}, {}},
                        {"Euler a Karras", "", {}, {}},
                        {"Euler a", "Automatic", SamplerKind::EulerAncestral, Spacing::Default},
                        {"Euler a", "", SamplerKind::EulerAncestral, Spacing::Default},
                        {"euler A", "automatic", SamplerKind::EulerAncestral, Spacing::Default},
                        {"DPM fast", "", {}, {}},
                        {"DPM++ 3M SDE Exponential", "", {}, {}},
                        {"DPM++ 2M", "Automatic", SamplerKind::Dpmpp2M, Spacing::Karras},
                        {"DPM++ 2M", "SGM Uniform", SamplerKind::Dpmpp2M, Spacing::Trailing},
                        {"DPM++ 2M SDE Exponential", "", SamplerKind::Dpmpp2MSde, Spacing::Exponential},
                        {"DPM++ 2M Karras", "Automatic", SamplerKind::Dpmpp2M, Spacing::Karras},
                        {"DPM++ 2M", "Beta", {}, {}},
                        {"DPM++ 2M", "KL Optimal", {}, {}},
                        {"DPM++ 2M", "Align Your Steps", SamplerKind::Dpmpp2M, Spacing::Ays},
                        {"DPM++ 2M SDE Heun", "", {}, {}},
                        {"LMS Karras", "", SamplerKind::Lms, Spacing::Karras},
                        {"PLMS", "", SamplerKind::Pndm, Spacing::Default},
                        {"LCM", "SGM Uniform", SamplerKind::Lcm, Spacing::Default},
                        {"Euler", "Uniform", SamplerKind::Euler, Spacing::Linspace},
                        {"k_euler_a", "", SamplerKind::EulerAncestral, Spacing::Default}};
  for (const Case& one : cases) {
    SCOPED_TRACE(one.sampler + " / " + one.schedule);
    const std::string schedule = one.schedule.empty() ? "" : ", Schedule type: " + one.schedule;
    const PictureParameters parameters = read("a\nSteps: 28, Sampler: " + one.sampler + schedule + ", Seed: 1");
    EXPECT_EQ(parameters.sampler, one.kind);
    EXPECT_EQ(parameters.spacing, one.spacing);
    EXPECT_EQ(leaves_out(parameters, LeftOutKind::Sampler), !one.kind.has_value());
  }
}

TEST(SamplerOfAText, ThatIsLeftOutKeepsWhatStands) {
  GenerationRequest request;
  request.sampler = SamplerKind::Heun;
  request.spacing = Spacing::Exponential;
  const GenerationRequest applied = read("a\nSteps: 28, Sampler: DPM fast Karras, Seed: 1").applied_to(request);
  EXPECT_EQ(applied.sampler, SamplerKind::Heun);
  EXPECT_EQ(applied.spacing, Spacing::Exponential);
  EXPECT_EQ(read("a\nSteps: 28, Sampler: Euler a, Seed: 1").applied_to(request).spacing, Spacing::Default);
}

/// The row `lora-tags` of the cases.
TEST(LoraTags, LeaveTheWords) {
  const PictureParameters parameters =
      read("a red fox <lora:foxStyle:0.8> <lora:more_details:0.3>\nNegative prompt: EasyNegative\n" + kSettings);
  EXPECT_EQ(parameters.prompt, "a red fox");
  EXPECT_EQ(parameters.negative_prompt, "EasyNegative");
  EXPECT_EQ(parameters.loras, (std::vector<NamedLora>{{"foxStyle", 0.8}, {"more_details", 0.3}}));
  EXPECT_EQ(parameters.clip_skip, 2);
  EXPECT_EQ(parameters.prompt_syntax, PromptSyntax::Weighted);
  const PictureParameters odd =
      read("<lyco:styles/a.safetensors>(fox:1.2), <lora:b:te=0.5:unet=0.25><hypernet:h:1>, snow\n" + kSettings);
  EXPECT_EQ(odd.prompt, "(fox:1.2), , snow");
  EXPECT_EQ(odd.loras, (std::vector<NamedLora>{{"a", 1}, {"b", 0.25}}));
  EXPECT_TRUE(leaves_out(odd, LeftOutKind::Hypernetwork));
}

TEST(LeftOutSettings, AreListed) {
  const PictureParameters parameters = read(
      "a\n" + kSettings +
      ", Denoising strength: 0.4, Hires upscale: 2, Hires upscaler: Latent, Refiner: sdxl_refiner [7440042bbd], "
      "Refiner "
      "switch at: 0.8, ADetailer model: face_yolov8n.pt, VAE: anime.vae.pt, TI hashes: \"EasyNegative: 1234\", Face "
      "restoration: CodeFormer, Variation seed: 3, Styles: \"a, b\", Tiling: True");
  for (const LeftOutKind kind :
       {LeftOutKind::Hires, LeftOutKind::Refiner, LeftOutKind::Detailer, LeftOutKind::Vae, LeftOutKind::Embedding,
        LeftOutKind::FaceRestoration, LeftOutKind::Variation, LeftOutKind::Styles, LeftOutKind::Scripts}) {
    EXPECT_TRUE(leaves_out(parameters, kind)) << static_cast<int>(kind);
  }
  EXPECT_FALSE(leaves_out(parameters, LeftOutKind::SourcePicture)) << "the strength is the second pass's";
  EXPECT_TRUE(leaves_out(read("a\n" + kSettings + ", Denoising strength: 0.4"), LeftOutKind::SourcePicture));
  EXPECT_TRUE(leaves_out(read("a\nSteps: 28000, Seed: -1, Size: 64x64, CFG scale: x"), LeftOutKind::Steps, "28000"));
}

/// Rows `foreign-json` of the cases.
TEST(ForeignJson, OfSwarmUiIsRead) {
  const PictureParameters parameters = read(
      "{\n \"sui_image_params\": {\"prompt\": \"a red fox, <lora:foxStyle:1> snow\", \"negativeprompt\": \"blurry\", "
      "\"model\": \"folder/someMix.safetensors\", \"seed\": 4242, \"steps\": 28, \"cfgscale\": 6.5, \"width\": 128, "
      "\"height\": 192, \"sampler\": \"dpmpp_2m\", \"scheduler\": \"karras\", \"clipstopatlayer\": -2, \"loras\": "
      "[\"foxStyle\", \"b\"], \"loraweights\": [\"0.8\", 0.5], \"refinermodel\": \"x\", \"vae\": \"Automatic\", "
      "\"swarm_version\": \"0.9.0\"}, \"sui_extra_data\": {\"date\": \"2025\"}}");
  EXPECT_EQ(parameters.program, PictureProgram::SwarmUi);
  EXPECT_EQ(parameters.prompt, "a red fox, snow");
  EXPECT_EQ(parameters.negative_prompt, "blurry");
  EXPECT_EQ(parameters.spacing, Spacing::Karras);
  EXPECT_EQ(parameters.clip_skip, 2);
  EXPECT_EQ(parameters.model, "someMix");
  EXPECT_EQ(parameters.loras, (std::vector<NamedLora>{{"foxStyle", 0.8}, {"b", 0.5}}));
  EXPECT_TRUE(leaves_out(parameters, LeftOutKind::Refiner));
  EXPECT_FALSE(leaves_out(parameters, LeftOutKind::Vae));
  expect_settings(parameters);
}

TEST(ForeignJson, OfFooocusIsRead) {
  const PictureParameters parameters = read(
      "{\"prompt\": \"a red fox, snow\", \"negative_prompt\": \"blurry\", \"steps\": 28, \"seed\": \"4242\", "
      "\"resolution\": \"(128, 192)\", \"base_model\": \"someMix\", \"sampler\": \"dpmpp_2m_sde_gpu\", \"scheduler\": "
      "\"karras\", \"guidance_scale\": 4.0, \"lora_combined_1\": \"sd_xl_offset.safetensors : 0.1\", \"styles\": "
      "\"['Fooocus V2']\", \"refiner_model\": \"None\", \"version\": \"Fooocus v2.5\"}");
  EXPECT_EQ(parameters.program, PictureProgram::Fooocus);
  EXPECT_EQ(parameters.prompt, "a red fox, snow");
  EXPECT_EQ(parameters.sampler, SamplerKind::Dpmpp2MSde);
  EXPECT_EQ(parameters.spacing, Spacing::Karras);
  EXPECT_EQ(parameters.seed, 4242U);
  EXPECT_EQ(parameters.extent, (Extent{128, 192}));
  EXPECT_EQ(parameters.guidance_scale, 4.0);
  EXPECT_EQ(parameters.loras, (std::vector<NamedLora>{{"sd_xl_offset", 0.1}}));
  EXPECT_TRUE(leaves_out(parameters, LeftOutKind::Styles));
  EXPECT_FALSE(leaves_out(parameters, LeftOutKind::Refiner));
  const PictureParameters older = read(
      "{\"Prompt\": \"a fox\", \"Negative Prompt\": \"blurry\", \"Steps\": 28, \"Resolution\": \"(128, 192)\", \"Base "
      "Model\": \"x.safetensors\", \"Performance\": \"Speed\", \"Seed\": 7}");
  EXPECT_EQ(older.program, PictureProgram::Fooocus);
  EXPECT_EQ(older.prompt, "a fox");
  EXPECT_EQ(older.extent, (Extent{128, 192}));
}

TEST(ForeignJson, OfInvokeAiIsRead) {
  const PictureParameters parameters = read(
      "{\"generation_mode\": \"sdxl_txt2img\", \"positive_prompt\": \"a red fox\", \"negative_prompt\": \"blurry\", "
      "\"width\": 128, \"height\": 192, \"seed\": 4242, \"cfg_scale\": 6.5, \"steps\": 28, \"scheduler\": "
      "\"dpmpp_2m_k\", \"clip_skip\": 1, \"model\": {\"key\": \"1\", \"name\": \"someMix\", \"base\": \"sdxl\"}, "
      "\"loras\": [{\"model\": {\"name\": \"foxStyle\"}, \"weight\": 0.75}], \"controlnets\": [{}], \"app_version\": "
      "\"5.0.0\"}",
      "invokeai_metadata");
  EXPECT_EQ(parameters.program, PictureProgram::InvokeAi);
  EXPECT_EQ(parameters.prompt, "a red fox");
  EXPECT_EQ(parameters.spacing, Spacing::Karras);
  EXPECT_EQ(parameters.clip_skip, 2);
  EXPECT_EQ(parameters.model, "someMix");
  EXPECT_EQ(parameters.loras, (std::vector<NamedLora>{{"foxStyle", 0.75}}));
  EXPECT_TRUE(leaves_out(parameters, LeftOutKind::ControlNet));
  expect_settings(parameters);
  const PictureParameters old = read(
      "{\"model\": \"stable diffusion\", \"model_weights\": \"someMix\", \"app_id\": \"invoke-ai/InvokeAI\", "
      "\"image\": "
      "{\"prompt\": [{\"prompt\": \"a red fox [blurry, text]\", \"weight\": 1.0}], \"steps\": 28, \"cfg_scale\": 6.5, "
      "\"width\": 128, \"height\": 192, \"seed\": 4242, \"type\": \"txt2img\", \"sampler\": \"k_euler_a\"}}",
      "sd-metadata");
  EXPECT_EQ(old.prompt, "a red fox");
  EXPECT_EQ(old.negative_prompt, "blurry, text");
  EXPECT_EQ(old.sampler, SamplerKind::EulerAncestral);
  const PictureParameters command = read("\"a red fox [blurry]\" -s 28 -S 4242 -W 128 -H 192 -C 6.5 -A k_lms", "Dream");
  EXPECT_EQ(command.program, PictureProgram::InvokeAi);
  EXPECT_EQ(command.prompt, "a red fox");
  EXPECT_EQ(command.sampler, SamplerKind::Lms);
  EXPECT_EQ(command.extent, (Extent{128, 192}));
}

TEST(ForeignJson, OfDrawThingsIsRead) {
  const std::string json =
      "{\"c\": \"a red fox\", \"uc\": \"blurry\", \"model\": \"some_mix_f16.ckpt\", \"sampler\": \"DPM++ 2M Karras\", "
      "\"scale\": 6.5, \"seed\": 4242, \"size\": \"128x192\", \"steps\": 28, \"strength\": 1, \"lora\": [{\"model\": "
      "\"fox.ckpt\", \"weight\": 0.6}]}";
  PictureParameters parameters = read(json);
  EXPECT_EQ(parameters.program, PictureProgram::DrawThings);
  EXPECT_EQ(parameters.prompt, "a red fox");
  EXPECT_EQ(parameters.negative_prompt, "blurry");
  EXPECT_EQ(parameters.spacing, Spacing::Karras);
  EXPECT_EQ(parameters.loras, (std::vector<NamedLora>{{"fox", 0.6}}));
  expect_settings(parameters);
  std::string escaped;
  for (const char c : json) escaped += c == '"' ? std::string("&quot;") : std::string(1, c);
  parameters = read("<x:xmpmeta><exif:UserComment><rdf:Alt><rdf:li xml:lang=\"x-default\">" + escaped +
                        "</rdf:li></rdf:Alt></exif:UserComment></x:xmpmeta>",
                    "XML:com.adobe.xmp");
  EXPECT_EQ(parameters.program, PictureProgram::DrawThings);
  expect_settings(parameters);
}

TEST(ForeignJson, OfNovelAiIsRead) {
  const auto parameters = read_picture_texts(
      {{"Title", "AI generated image"},
       {"Description", "a red fox"},
       {"Software", "NovelAI"},
       {"Comment",
        "{\"steps\": 28, \"sampler\": \"k_euler_ancestral\", \"seed\": 4242, \"strength\": 0.7, \"scale\": 6.5, "
        "\"uc\": \"blurry\", \"height\": 192, \"width\": 128, \"noise_schedule\": \"native\", \"sm\": true}"}});
  ASSERT_TRUE(parameters.has_value());
  EXPECT_EQ(parameters->program, PictureProgram::NovelAi);
  EXPECT_EQ(parameters->prompt, "a red fox");
  EXPECT_EQ(parameters->negative_prompt, "blurry");
  EXPECT_EQ(parameters->sampler, SamplerKind::EulerAncestral);
  EXPECT_EQ(parameters->spacing, Spacing::Default);
  EXPECT_EQ(parameters->extent, (Extent{128, 192}));
  EXPECT_TRUE(leaves_out(*parameters, LeftOutKind::Scripts, "SMEA"));
}

TEST(ForeignJson, ThatNobodyKnowsIsNoPrompt) {
  for (const char* text : {"{\"some\": \"thing\", \"prompt\": \"a red fox\"}", "[1, 2, 3]", "{broken", "{}"}) {
    const PictureParameters parameters = read(text);
    EXPECT_EQ(parameters.program, PictureProgram::UnknownJson) << text;
    EXPECT_TRUE(parameters.is_empty()) << text;
    GenerationRequest request;
    request.prompt = "what stands";
    EXPECT_EQ(parameters.applied_to(request), request) << text;
  }
}

TEST(PictureTexts, OfCamerasAndEditorsAreNoSettings) {
  EXPECT_FALSE(read_picture_texts({}).has_value());
  EXPECT_FALSE(read_picture_texts({{"Software", "Adobe Photoshop"}, {"Comment", "Created with GIMP"}}).has_value());
  EXPECT_FALSE(
      read_picture_texts({{"comment", "CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 90"}}).has_value());
  EXPECT_FALSE(read_picture_texts({{"parameters", "  \n"}}).has_value());
}

TEST(PictureTexts, SettingsCountBeforeAGraph) {
  const std::string graph =
      R"({"3": {"class_type": "KSampler", "inputs": {"seed": 1, "steps": 2, "positive": ["6", 0]}}})";
  EXPECT_EQ(read_picture_texts({{"prompt", graph}, {"parameters", "a fox\n" + kSettings}})->steps, 28);
  EXPECT_EQ(read_picture_texts({{"prompt", graph}, {"parameters", "{\"no\": \"settings\"}"}})->program,
            PictureProgram::ComfyUi);
}

TEST(PictureTexts, OddOnesNeverThrow) {
  for (const char* text : {"", "\n", "Negative prompt:", ",,,,", "a: \"\\", "a: {\"", "Steps: 1 | | |", "\xFF: \xFE",
                           "{", "[[[[", "\"x\" -s", "\" -s 1", "Steps: ", "x Steps: 1, Seed: 2, Size: 3"}) {
    for (const char* keyword : {"parameters", "prompt", "workflow", "Comment", "invokeai_metadata", "sd-metadata",
                                "Dream", "XML:com.adobe.xmp"}) {
      EXPECT_NO_THROW((void)read_picture_texts({{keyword, text}})) << keyword << ": " << text;
    }
  }
}

/// What a picture's pixels hid (hidden_text.h): a text of the web UI's, or the chunks of other programs.
TEST(PictureTexts, HiddenInPixelsAreRead) {
  const auto read = [](const std::string& text) {
    return read_picture_texts({{"stealth_pnginfo", text}}).value_or(PictureParameters{});
  };
  const PictureParameters web = read("a red fox\nSteps: 28, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 512x512");
  EXPECT_EQ(web.prompt, "a red fox");
  EXPECT_EQ(web.steps, 28);

  const PictureParameters novel = read(
      R"({"Description": "a red fox", "Software": "NovelAI", "Comment": "{\"prompt\": \"a red fox\", \"steps\": 28, )"
      R"(\"scale\": 5.0, \"seed\": 7, \"uc\": \"blurry\", \"sampler\": \"k_euler_ancestral\", )"
      R"(\"noise_schedule\": \"karras\", \"width\": 832, \"height\": 1216}"})");
  EXPECT_EQ(novel.program, PictureProgram::NovelAi);
  EXPECT_EQ(novel.prompt, "a red fox");
  EXPECT_EQ(novel.negative_prompt, "blurry");
  EXPECT_EQ(novel.seed, 7U);

  const PictureParameters comfy = read(
      R"({"prompt": {"3": {"class_type": "KSampler", "inputs": {"seed": 9, "steps": 28, "cfg": 6.5, "sampler_name":
      "dpmpp_2m", "scheduler": "karras", "positive": ["6", 0]}}, "6": {"class_type": "CLIPTextEncode", "inputs":
      {"text": "a red fox"}}}, "workflow": {}})");
  EXPECT_EQ(comfy.program, PictureProgram::ComfyUi);
  EXPECT_EQ(comfy.prompt, "a red fox");
  EXPECT_EQ(comfy.seed, 9U);

  EXPECT_EQ(read(R"({"stealth_pnginfo": "x", "Comment": "y"})").prompt, std::nullopt);
  EXPECT_EQ(read(R"({"odd": 1})").program, PictureProgram::UnknownJson);
}

}  // namespace
}  // namespace tstitch
