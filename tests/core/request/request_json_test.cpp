#include "core/request/request_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/plan_fixtures.h"

namespace tstitch {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t kTooLong = std::size_t{2} << 20U;

GenerationRequest full_request() {
  GenerationRequest request = test::pair_request();
  request.prompt = "a \"quoted\" \\ line\nwith \xF0\x9F\xA6\x8A";
  request.negative_prompt = "";
  request.prompt_syntax = PromptSyntax::Weighted;
  request.denoisers[0].model.files = {{"unet", std::string(64, 'a')}};
  request.denoisers[0].guidance = 3.25;
  request.vae = ModelReference{"ft-mse", "vae", {{"vae", std::string(64, '0')}}, {}};
  request.split = RatioSplit{{Percent{40}, Percent{60}}, SplitRule::DitMulti};
  request.extent = {512, 768};
  request.steps = 50;
  request.sampler = SamplerKind::Dpmpp2MSde;
  request.spacing = Spacing::Karras;
  request.eta = 0.1;
  request.guidance_scale = 1.0 / 3.0;
  request.seed = 18446744073709551615U;
  request.text = TextSource::Own;
  request.seam = SeamHistory::Reset;
  request.decoder = DecoderKind::Tiny;
  request.guidance_embedding = GuidanceEmbedding::Off;
  request.class_label = 207;
  request.guided_channels = GuidedChannels::Three;
  request.null_class = NullClass::Mean;
  request.weights = WeightChoice::Ema;
  request.micro_conditioning = {Extent{640, 480}, {3, 5}, Extent{512, 768}, 6.5, 1.25};
  request.controls = {{ControlKind::Depth,
                       {"room.png", std::string(64, 'c'), {}},
                       {"controlnet", "controlnet-sd1", {{"controlnet", std::string(64, 'd')}}, {}},
                       0.75,
                       0.125,
                       0.5,
                       "small",
                       true},
                      {}};
  request.controls.back().thresholds = {50, 150.5};
  request.controls.emplace_back().kind = ControlKind::Pose;
  request.controls.back().annotator =
      ModelReference{"body_pose_model.pth", "openpose-body", {{"annotator", std::string(64, 'f')}}, {}};
  request.controls.back().fit = ControlFit::Pad;
  request.loras = {{{"style", "lora-sd1", {{"lora", std::string(64, 'e')}}, {}}, -0.5, "large"}, {}};
  request.source =
      SourceChoice{{"photo.png", std::string(64, '2'), {}}, 0.625, {{"hole.png", std::string(64, '3'), {}}}, 12};
  request.second_pass = SecondPass{1.5, Upscale::Latent, 0.3, 40, Percent{20}};
  request.clip_skip = 2;
  request.embeddings = {{{"mascot", "embedding", {{"embedding", std::string(64, '1')}}, {}}, "zz mascot"}};
  return request;
}

/// What, and where, request_from_json says about a text.
std::string refusal(const std::string& json) {
  try {
    request_from_json(json);
  } catch (const BadInput& error) {
    return error.sentence();
  }
  return "accepted";
}

/// The written default request with one piece of its text replaced.
std::string edited(const std::string& from, const std::string& to) {
  std::string json = to_json(test::pair_request());
  const std::size_t at = json.find(from);
  EXPECT_NE(at, std::string::npos) << from << " in " << json;
  return json.replace(at, from.size(), to);
}

TEST(RequestJson, NamesControlsAndLorasOnlyWhereThereAreSome) {
  const std::string plain = to_json(test::pair_request());
  EXPECT_EQ(plain.find("controls"), std::string::npos);
  EXPECT_EQ(plain.find("loras"), std::string::npos);
  GenerationRequest request = test::pair_request();
  request.controls.emplace_back().picture.location = "/a/secret.png";
  request.controls.back().model.location = "/a/secret";
  request.loras.emplace_back().model.location = "/a/secret";
  EXPECT_EQ(to_json(request).find("secret"), std::string::npos);
  EXPECT_THAT(to_json(request),
              HasSubstr(R"("controls":[{"kind":"canny","picture":{"name":"","sha256":""},"model":{"name":"",)"
                        R"("family":"","files":[]},"scale":0.5,"start":0.0,"end":1.0}])"));
  EXPECT_THAT(to_json(request), HasSubstr(R"("loras":[{"model":{"name":"","family":"","files":[]},"strength":1.0}])"));
}

TEST(RequestJson, NamesASourceAndASecondPassOnlyWhereThereIsOne) {
  const std::string plain = to_json(test::pair_request());
  EXPECT_EQ(plain.find("source"), std::string::npos);
  EXPECT_EQ(plain.find("second_pass"), std::string::npos);
  GenerationRequest request = test::pair_request();
  request.source = SourceChoice{{"photo.png", {}, "/a/secret.png"}, 0.5, {}, 0};
  request.second_pass = SecondPass{2, Upscale::Lanczos, 0.25, {}, {}};
  EXPECT_THAT(to_json(request), HasSubstr(R"("source":{"picture":{"name":"photo.png","sha256":""},"strength":0.5},)"
                                          R"("second_pass":{"scale":2.0,"upscale":"lanczos","strength":0.25})"));
  request.source->mask = PictureReference{"hole.png", {}, "/a/secret.png"};
  request.source->mask_feather = 3;
  EXPECT_EQ(to_json(request).find("secret"), std::string::npos);
  const GenerationRequest kept = request_from_json(to_json(request, RequestForm::Local), RequestForm::Local);
  EXPECT_EQ(kept.source->picture.location, "/a/secret.png");
  EXPECT_EQ(kept.source->mask->location, "/a/secret.png");
}

TEST(RequestJson, RefusesASourceOrASecondPassThatIsNone) {
  const auto with = [](const std::string& text) { return refusal(edited("\"seed\":0", "\"seed\":0," + text)); };
  EXPECT_THAT(with(R"("source":{"picture":{"name":"a","sha256":""},"strength":0})"), HasSubstr("source.strength"));
  EXPECT_THAT(with(R"("source":{"picture":{"name":"a","sha256":""},"strength":1,"mask_feather":2})"),
              HasSubstr("no mask"));
  EXPECT_THAT(with(R"("source":{"picture":{"name":"a","sha256":""},"strength":1,"blur":2})"), HasSubstr("blur"));
  EXPECT_THAT(with(R"("second_pass":{"scale":9,"upscale":"latent","strength":1})"), HasSubstr("second_pass.scale"));
  EXPECT_THAT(with(R"("second_pass":{"scale":2,"upscale":"nearest","strength":1})"), HasSubstr("upscale"));
  EXPECT_THAT(with(R"("second_pass":{"scale":2,"upscale":"latent","strength":1,"share":101})"), HasSubstr("101 %"));
}

TEST(RequestJson, HasOneCompactForm) {
  EXPECT_EQ(to_json(test::pair_request()),
            R"({"version":1,"prompt":"3d fox","prompt_syntax":"plain","denoisers":[)"
            R"({"name":"small","model":{"name":"tiny","family":"unet","files":[]}},)"
            R"({"name":"large","model":{"name":"big","family":"unet","files":[]}}],)"
            R"("split":{"rule":"floor","shares":[40]},"width":0,"height":0,"steps":25,"sampler":"default",)"
            R"("spacing":"default","guidance_scale":7.5,"seed":0,"text":"shared","seam":"keep","decoder":"full"})");
}

TEST(RequestJson, ReadsBackEveryField) {
  EXPECT_EQ(request_from_json(to_json(full_request())), full_request());
  EXPECT_EQ(request_from_json(to_json(test::pair_request())), test::pair_request());
}

TEST(RequestJson, ReadsBackSegments) {
  GenerationRequest request = test::pair_request();
  request.split = SegmentSplit{{{"large", 3}, {"small", 20, 1.5, "a fox"}, {"large", 2, {}, ""}}};
  EXPECT_EQ(request_from_json(to_json(request)), request);
}

TEST(RequestJson, ReadsBackMicroConditioningOfWhichOnlyAPartIsGiven) {
  GenerationRequest request = test::pair_request();
  request.micro_conditioning.crop = {0, 64};
  EXPECT_EQ(request_from_json(to_json(request)), request);
  EXPECT_THAT(refusal(edited("\"seed\":0",
                             "\"seed\":0,\"micro_conditioning\":{\"crop\":{\"left\":-1,\"top\":0},"
                             "\"aesthetic_score\":6,\"negative_aesthetic_score\":2}")),
              HasSubstr("micro_conditioning.crop"));
  EXPECT_THAT(refusal(edited("\"seed\":0", "\"seed\":0,\"guidance_embedding\":\"no\"")),
              HasSubstr("request.guidance_embedding"));
  EXPECT_THAT(refusal(edited("\"seed\":0", "\"seed\":0,\"class\":-1")), HasSubstr("class"));
  EXPECT_THAT(refusal(edited("\"seed\":0", "\"seed\":0,\"class\":\"otter\"")), HasSubstr("request.class"));
  EXPECT_THAT(refusal(edited("\"seed\":0", "\"seed\":0,\"guided_channels\":\"2\"")),
              HasSubstr("request.guided_channels"));
  EXPECT_THAT(refusal(edited("\"seed\":0", "\"seed\":0,\"null_class\":\"zero\"")), HasSubstr("request.null_class"));
  EXPECT_THAT(refusal(edited("\"seed\":0", "\"seed\":0,\"weights\":\"average\"")), HasSubstr("request.weights"));
}

TEST(RequestJson, NeverWritesALocation) {
  GenerationRequest request = full_request();
  request.denoisers[1].model.location = "/home/somebody/models";
  EXPECT_THAT(to_json(request), testing::Not(HasSubstr("somebody")));
  EXPECT_EQ(to_json(request), to_json(full_request()));
}

/// The same request with a place for each of its models and pictures.
GenerationRequest located_request() {
  GenerationRequest request = full_request();
  request.denoisers[1].model.location = "/m/big";
  request.vae->location = "/m/vae";
  request.controls[0].picture.location = "/p/room.png";
  request.controls[0].model.location = "/m/depth";
  request.controls.back().annotator->location = "/m/pose";
  request.loras[0].model.location = "/m/style";
  request.embeddings[0].model.location = "/m/\xC3\xBC/mascot.pt";
  return request;
}

TEST(RequestJson, TheLocalFormKeepsPlaces) {
  const GenerationRequest request = located_request();
  const GenerationRequest read = request_from_json(to_json(request, RequestForm::Local), RequestForm::Local);
  EXPECT_EQ(read, request);
  EXPECT_EQ(read.denoisers[1].model.location, "/m/big");
  EXPECT_EQ(read.vae->location, "/m/vae");
  EXPECT_EQ(read.controls[0].picture.location, "/p/room.png");
  EXPECT_EQ(read.controls[0].model.location, "/m/depth");
  EXPECT_EQ(read.controls.back().annotator->location, "/m/pose");
  EXPECT_EQ(read.loras[0].model.location, "/m/style");
  EXPECT_EQ(read.embeddings[0].model.location, "/m/\xC3\xBC/mascot.pt");
}

TEST(RequestJson, ThePortableFormNamesNoPlace) {
  EXPECT_EQ(to_json(located_request()), to_json(full_request()));
  EXPECT_THAT(refusal(to_json(located_request(), RequestForm::Local)), HasSubstr("denoisers[1].model.location"));
}

TEST(RequestJson, OnlyTheLocalFormMayBeUnfinished) {
  GenerationRequest request;
  request.controls.emplace_back().denoiser.emplace();
  EXPECT_EQ(request_from_json(to_json(request, RequestForm::Local), RequestForm::Local), request);
  EXPECT_THAT(refusal(to_json(request)), HasSubstr("denoisers"));
}

TEST(RequestJson, TellsNoNegativePromptFromAnEmptyOne) {
  GenerationRequest request = test::pair_request();
  EXPECT_FALSE(request_from_json(to_json(request)).negative_prompt.has_value());
  request.negative_prompt = "";
  EXPECT_EQ(request_from_json(to_json(request)).negative_prompt, "");
}

TEST(RequestJson, LooksAtTheVersionFirst) {
  EXPECT_THAT(refusal(R"({"version":2,"new_field":1})"), HasSubstr("version 2; this program reads version 1"));
  EXPECT_THAT(refusal(R"({"prompt":"x"})"), HasSubstr("request.version: The field is missing"));
  EXPECT_THAT(refusal(edited("\"version\":1", "\"version\":\"1\"")), HasSubstr("request.version"));
}

TEST(RequestJson, RefusesUnknownFieldsByName) {
  EXPECT_THAT(refusal(edited("\"seed\":0", "\"seed\":0,\"strength\":1")), HasSubstr("\"strength\""));
  EXPECT_THAT(refusal(edited("\"family\":\"unet\"", "\"family\":\"unet\",\"path\":\"/x\"")),
              AllOf(HasSubstr("\"path\""), HasSubstr("request.denoisers[0].model")));
  EXPECT_THAT(refusal(edited("\"shares\":[40]", "\"shares\":[40],\"ratio\":1")), HasSubstr("\"ratio\""));
  EXPECT_THAT(refusal(edited("\"rule\":\"floor\"", "\"segments\":[]")), HasSubstr("\"shares\""));
}

TEST(RequestJson, RefusesMissingRepeatedAndMistypedFields) {
  EXPECT_THAT(refusal(edited("\"seed\":0,", "")), HasSubstr("request.seed: The field is missing"));
  EXPECT_THAT(refusal(edited("\"seed\":0,", "\"seed\":0,\"seed\":1,")), HasSubstr("\"seed\" is given twice"));
  EXPECT_THAT(refusal(edited("\"seed\":0", "\"seed\":-1")), HasSubstr("request.seed"));
  EXPECT_THAT(refusal(edited("\"seed\":0", "\"seed\":1.5")), HasSubstr("request.seed"));
  EXPECT_THAT(refusal(edited("\"seed\":0", "\"seed\":18446744073709551616")), HasSubstr("does not fit 64 bits"));
  EXPECT_THAT(refusal(edited("\"steps\":25", "\"steps\":\"25\"")), HasSubstr("request.steps"));
  EXPECT_THAT(refusal(edited("\"prompt\":\"3d fox\"", "\"prompt\":null")), HasSubstr("request.prompt"));
  EXPECT_THAT(refusal(edited("\"sampler\":\"default\"", "\"sampler\":\"plms\"")), HasSubstr("request.sampler"));
  EXPECT_THAT(refusal(edited("[40]", "[40.5]")), HasSubstr("request.split.shares"));
  EXPECT_THAT(refusal(edited("[40]", "[4294967336]")), HasSubstr("request.split.shares"));
  EXPECT_THAT(refusal("[]"), HasSubstr("An object is expected"));
  EXPECT_THAT(refusal("not json"), HasSubstr("not JSON"));
}

TEST(RequestJson, RefusesValuesOutOfRange) {
  EXPECT_THAT(refusal(edited("\"steps\":25", "\"steps\":0")), HasSubstr("request.steps: 0 is not in 1..1000"));
  EXPECT_THAT(refusal(edited("\"width\":0", "\"width\":7")), HasSubstr("request.size"));
  EXPECT_THAT(refusal(edited("\"name\":\"large\"", "\"name\":\"small\"")), HasSubstr("request.denoisers[1].name"));
}

TEST(RequestJson, IsBounded) {
  EXPECT_THAT(refusal(edited("3d fox", std::string(kTooLong, 'x'))), HasSubstr("at most"));
  EXPECT_THAT(refusal(edited("[40]", std::string(100, '['))), HasSubstr("deeper"));
}

Made made_here() {
  return {"cpu",
          "fp32",
          2,
          "tstitch 0.1.0",
          "mt19937 1",
          "philox4x32-10 1",
          {{"small", 0.5}, {"large", 1.25}},
          {{"small", "first-layers"}}};
}

TEST(PictureRequestJson, CarriesRequestAndMaking) {
  const PictureRequest read = parse_picture_request(picture_request_json(full_request(), made_here()));
  EXPECT_EQ(read.request, full_request());
  EXPECT_EQ(read.made, made_here());
}

TEST(PictureRequestJson, ToleratesUnknownFieldsOutsideTheRequest) {
  const std::string request = to_json(test::pair_request());
  const PictureRequest read = parse_picture_request(
      R"({"tstitch":1,"note":[1],"request":)" + request +
      R"(,"made":{"device":"cuda:0","threads":"many","seconds":{"small":1,"large":"x"},"mood":"good"}})");
  EXPECT_EQ(read.request, test::pair_request());
  EXPECT_EQ(read.made.device, "cuda:0");
  EXPECT_EQ(read.made.threads, 0);
  EXPECT_EQ(read.made.seconds, (std::map<DenoiserName, double>{{"small", 1.0}}));
  EXPECT_EQ(parse_picture_request(R"({"tstitch":1,"request":)" + request + "}").made, Made{});
}

TEST(PictureRequestJson, RefusesOtherVersionsAndBadRequests) {
  const auto refused = [](const std::string& json) {
    try {
      parse_picture_request(json, "a.png");
    } catch (const BadInput& error) {
      return error.sentence();
    }
    return std::string("accepted");
  };
  EXPECT_THAT(refused(R"({"tstitch":3,"request":{}})"), AllOf(HasSubstr("a.png: tstitch"), HasSubstr("version 3")));
  EXPECT_THAT(refused(R"({"tstitch":1})"), HasSubstr("a.png: request: The field is missing"));
  EXPECT_THAT(refused(R"({"tstitch":1,"request":{"version":1,"x":1}})"),
              HasSubstr("a.png: request: Unknown field \"x\""));
}

TEST(MadeDifferences, NameBothValues) {
  Made other = made_here();
  EXPECT_THAT(differences(other, made_here()), IsEmpty());
  other.seconds.clear();
  EXPECT_THAT(differences(other, made_here()), IsEmpty());
  other.threads = 8;
  other.device = "cuda:0";
  EXPECT_THAT(differences(other, made_here()),
              ElementsAre("The device was cuda:0 and is cpu here.", "The number of threads was 8 and is 2 here."));
}

}  // namespace
}  // namespace tstitch
