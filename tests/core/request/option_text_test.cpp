#include "core/request/option_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<int> values_of(const std::vector<Percent>& shares) {
  std::vector<int> values;
  values.reserve(shares.size());
  for (const Percent share : shares) values.push_back(share.value);
  return values;
}

/// What a text is refused with.
template <class Parse>
std::string refusal(const Parse& parse, const char* text) {
  try {
    parse(text);
  } catch (const UsageError& error) {
    return error.sentence();
  }
  return "accepted";
}

TEST(ParseControl, TakesItsPartsInAnyOrder) {
  const ControlChoice plain = parse_control("canny=in.png,model=nets/canny");
  EXPECT_EQ(plain.kind, ControlKind::Canny);
  EXPECT_EQ(plain.picture.location, "in.png");
  EXPECT_EQ(plain.picture.name, "in.png");
  EXPECT_EQ(plain.model.location, "nets/canny");
  EXPECT_EQ(plain.scale, 0.5);
  EXPECT_EQ(plain.start, 0);
  EXPECT_EQ(plain.end, 1);
  EXPECT_FALSE(plain.denoiser || plain.is_map);
  const ControlChoice full = parse_control("depth=a/b.png,map,on=small,end=0.75,start=.25,scale=1.5,model=x");
  EXPECT_EQ(full.kind, ControlKind::Depth);
  EXPECT_EQ(full.picture.name, "b.png");
  EXPECT_TRUE(full.is_map);
  EXPECT_EQ(full.denoiser, "small");
  EXPECT_EQ(full.scale, 1.5);
  EXPECT_EQ(full.start, 0.25);
  EXPECT_EQ(full.end, 0.75);
  EXPECT_FALSE(parse_control("canny=a,model=b,on=both").denoiser);
  EXPECT_EQ(plain.fit, ControlFit::Stretch);
  EXPECT_EQ(parse_control("canny=a,fit=crop,model=b").fit, ControlFit::Crop);
  EXPECT_EQ(parse_control("canny=a,model=b,fit=pad").fit, ControlFit::Pad);
}

TEST(ParseControl, TakesAnAnnotatorAndThresholds) {
  const ControlChoice depth = parse_control("depth=in.png,annotator=nets/dpt,model=x");
  ASSERT_TRUE(depth.annotator);
  EXPECT_EQ(depth.annotator->location, "nets/dpt");
  EXPECT_EQ(depth.annotator->name, "nets/dpt");
  const ControlChoice canny = parse_control("canny=in.png,model=x,high=150,low=50.5");
  EXPECT_EQ(canny.thresholds, (CannyThresholds{50.5, 150}));
  EXPECT_FALSE(canny.annotator);
}

TEST(ParseControl, LeavesColonsCommasAndEqualSignsToPaths) {
  const ControlChoice control = parse_control("pose=me, you: 1=2.png,model=C:/nets,new/b");
  EXPECT_EQ(control.picture.location, "me, you: 1=2.png");
  EXPECT_EQ(control.model.location, "C:/nets,new/b");
}

TEST(ParseControl, NamesThePartThatIsWrong) {
  const auto said = [](const char* text) { return refusal(parse_control, text); };
  EXPECT_THAT(said("in.png"), HasSubstr("KIND=IMAGE"));
  EXPECT_THAT(said("cany=in.png,model=x"), HasSubstr("\"cany\" is not one of canny"));
  EXPECT_THAT(said("canny=,model=x"), HasSubstr("picture is empty"));
  EXPECT_THAT(said("canny=in.png"), HasSubstr("names no ControlNet"));
  EXPECT_THAT(said("canny=in.png,model="), HasSubstr("model is empty"));
  EXPECT_THAT(said("canny=in.png,model=x,scale=big"), HasSubstr("The scale is \"big\""));
  EXPECT_THAT(said("canny=in.png,model=x,start=nan"), HasSubstr("The start is \"nan\""));
  EXPECT_THAT(said("depth=in.png,model=x,annotator="), HasSubstr("annotator is empty"));
  EXPECT_THAT(said("canny=in.png,model=x,low=dark"), HasSubstr("The low threshold is \"dark\""));
  EXPECT_THAT(said("canny=in.png,model=x,weight=1"), HasSubstr("\"weight=1\" is no part"));
  EXPECT_THAT(said("canny=in.png,model=x,map=yes"), HasSubstr("\"map=yes\" is no part"));
  EXPECT_THAT(said("canny=in.png,model=x,model=y"), HasSubstr("says model twice"));
}

TEST(ParseLora, TakesStrengthAndDenoiserFromTheEnd) {
  const auto parts = [](const char* text) {
    const LoraChoice lora = parse_lora(text);
    return concat(lora.model.location.string(), "|", lora.strength, "|", lora.denoiser.value_or("all"));
  };
  EXPECT_EQ(parts("a.safetensors"), "a.safetensors|1|all");
  EXPECT_EQ(parts("a.safetensors:0.5"), "a.safetensors|0.5|all");
  EXPECT_EQ(parts("a.safetensors:-1@small"), "a.safetensors|-1|small");
  EXPECT_EQ(parts("a.safetensors@large"), "a.safetensors|1|large");
  EXPECT_EQ(parts("a.safetensors:2@both"), "a.safetensors|2|all");
  EXPECT_EQ(parts("me@home/C:a,b.safetensors:0.5"), "me@home/C:a,b.safetensors|0.5|all");
  EXPECT_EQ(parts("a@2.safetensors"), "a@2.safetensors|1|all");
}

TEST(ParseLora, NamesThePartThatIsWrong) {
  const auto said = [](const char* text) { return refusal(parse_lora, text); };
  EXPECT_THAT(said("a:0,5"), HasSubstr("The strength is \"0,5\""));
  EXPECT_THAT(said("a:"), HasSubstr("The strength is \"\""));
  EXPECT_THAT(said("a@"), HasSubstr("names no denoiser"));
  EXPECT_THAT(said(":1"), HasSubstr("LoRA file is empty"));
}

TEST(ParseEmbedding, TakesTheWordFromTheEnd) {
  const auto parts = [](const char* text) {
    const EmbeddingChoice embedding = parse_embedding(text);
    return concat(embedding.model.location.string(), "|", embedding.word);
  };
  EXPECT_EQ(parts("a.pt"), "a.pt|");
  EXPECT_EQ(parts("a.pt=my word"), "a.pt|my word");
  EXPECT_EQ(parts("a.pt=<toy>"), "a.pt|<toy>");
  EXPECT_EQ(parts("v=2/a.safetensors"), "v=2/a.safetensors|");
  EXPECT_EQ(parts("x=1.pt"), "x=1.pt|");
  EXPECT_EQ(parts("x=1.pt=w"), "x=1.pt|w");
  const auto said = [](const char* text) { return refusal(parse_embedding, text); };
  EXPECT_THAT(said("a.pt="), HasSubstr("names no word"));
  EXPECT_THAT(said("=w"), HasSubstr("is empty"));
}

TEST(ParseCrop, TakesLeftThenTop) {
  EXPECT_EQ(parse_crop("0,128"), (CropOffset{0, 128}));
  EXPECT_EQ(parse_crop(" 12 , 3 "), (CropOffset{12, 3}));
  for (const char* text : {"", "3", "3,", ",3", "-1,2", "1.5,2", "1,2,3", "a,b", "99999999999,0"}) {
    EXPECT_THROW(parse_crop(text), UsageError) << text;
  }
}

TEST(ParseBytes, TakesWholeNumbersWithBinaryUnits) {
  EXPECT_EQ(parse_bytes("16G"), std::int64_t{16} << 30U);
  EXPECT_EQ(parse_bytes(" 900M "), std::int64_t{900} << 20U);
  EXPECT_EQ(parse_bytes("4096"), 4096);
  EXPECT_EQ(parse_bytes("8388607T"), std::int64_t{8388607} << 40U);
  for (const char* text : {"", "G", "0", "0G", "-1G", "1.5G", "16GB", "16g", "8388608T", "99999999999999999999"}) {
    EXPECT_THROW(static_cast<void>(parse_bytes(text)), UsageError) << text;
  }
}

TEST(ParseRatio, TakesFractionsAndPercents) {
  EXPECT_EQ(parse_ratio("0.4"), Percent{40});
  EXPECT_EQ(parse_ratio("40%"), Percent{40});
  EXPECT_EQ(parse_ratio(" 40 % "), Percent{40});
  EXPECT_EQ(parse_ratio("0"), Percent{0});
  EXPECT_EQ(parse_ratio("1"), Percent{100});
  EXPECT_EQ(parse_ratio("1.00"), Percent{100});
  EXPECT_EQ(parse_ratio("0.400"), Percent{40});
  EXPECT_EQ(parse_ratio("100%"), Percent{100});
}

TEST(ParseRatio, IsExactForEveryHundredth) {
  for (int i = 0; i < 100; ++i) {
    const std::string text = std::string("0.") + (i < 10 ? "0" : "") + std::to_string(i);
    EXPECT_EQ(parse_ratio(text), Percent{i}) << text;
    EXPECT_EQ(parse_ratio(std::to_string(i) + "%"), Percent{i});
  }
}

TEST(ParseRatio, RefusesEverythingElse) {
  for (const char* text :
       {"",     "%",   "0.405", "1.01", "2",   "40",  "-0.1", "+0.4", "101%", "0.4%",
        "4e-1", "0,4", ".4",    "0.",   "nan", "inf", "0x1",  "1/8",  "40%%", "99999999999999999999"}) {
    EXPECT_THROW(parse_ratio(text), UsageError) << text;
  }
}

TEST(ParseRatio, ListsKeepTheirOrder) {
  EXPECT_THAT(values_of(parse_ratio_list("0,20%, 0.4")), ElementsAre(0, 20, 40));
  EXPECT_THAT(values_of(parse_ratio_list("0.4,0.4,0.2", Repeats::Allowed)), ElementsAre(40, 40, 20));
  EXPECT_THROW(parse_ratio_list("0.4,40%"), UsageError);
  EXPECT_THROW(parse_ratio_list(""), UsageError);
  EXPECT_THROW(parse_ratio_list("0.4,"), UsageError);
}

TEST(ParsePercent, TakesBareNumbersAsPercents) {
  EXPECT_EQ(parse_percent("40"), Percent{40});
  EXPECT_EQ(parse_percent("1"), Percent{1});
  EXPECT_EQ(parse_percent("40%"), Percent{40});
  EXPECT_THAT(values_of(parse_percent_list("0, 20, 40%")), ElementsAre(0, 20, 40));
  for (const char* text : {"", "0.4", "101", "-1", "40,5"}) EXPECT_THROW(parse_percent(text), UsageError) << text;
  EXPECT_THROW(parse_percent_list("20,20"), UsageError);
}

TEST(ParseSegments, TakesAnyOrderAndNumber) {
  EXPECT_THAT(parse_segments("small:20,large:31"),
              ElementsAre(Segment{"small", 20, std::nullopt}, Segment{"large", 31, std::nullopt}));
  EXPECT_THAT(parse_segments("large:1, small : 2,large:3"),
              ElementsAre(Segment{"large", 1, std::nullopt}, Segment{"small", 2, std::nullopt},
                          Segment{"large", 3, std::nullopt}));
}

TEST(ParseSegments, TakesAGuidanceForEach) {
  EXPECT_THAT(parse_segments("small:10@5,large:15@7.5,small:1"),
              ElementsAre(Segment{"small", 10, 5.0}, Segment{"large", 15, 7.5}, Segment{"small", 1, std::nullopt}));
}

TEST(ParseSegmentPrompt, TakesTheSegmentsNumberAndAnyText) {
  EXPECT_EQ(parse_segment_prompt("1=a red fox").index, 0U);
  EXPECT_EQ(parse_segment_prompt("12= a, b=c ").text, " a, b=c ");
  EXPECT_EQ(parse_segment_prompt("2=").text, "");
  for (const char* text : {"", "1", "0=x", "-1=x", "x=y", "=x"}) {
    EXPECT_THROW(parse_segment_prompt(text), UsageError) << text;
  }
}

TEST(ParseSegments, RefusesWhatIsNoSegment) {
  for (const char* text : {"small:1@", "small:1@x", "small:@5", "small:1@5@5", "small:1@1e999", "", "small", "small:",
                           ":3", "small:0", "small:-1", "small:1.5", "small:1,", "small:x", "small:99999999999"}) {
    EXPECT_THROW(parse_segments(text), UsageError) << text;
  }
}

TEST(ParseSeed, TakesEveryUnsigned64BitNumber) {
  EXPECT_EQ(parse_seed("0"), 0U);
  EXPECT_EQ(parse_seed("18446744073709551615"), 18446744073709551615U);
  for (const char* text : {"", "-1", "+1", "1.0", "18446744073709551616", "0x10", "seed"}) {
    EXPECT_THROW(parse_seed(text), UsageError) << text;
  }
}

TEST(ParseSeedList, ExpandsRanges) {
  EXPECT_THAT(parse_seed_list("3,4,7-9"), ElementsAre(3, 4, 7, 8, 9));
  EXPECT_THAT(parse_seed_list(" 5 - 5 "), ElementsAre(5));
  EXPECT_THAT(parse_seed_list("18446744073709551614-18446744073709551615"),
              ElementsAre(18446744073709551614U, 18446744073709551615U));
  EXPECT_EQ(parse_seed_list("1-10000").size(), kMostSeeds);
}

TEST(ParseSeedList, RefusesRepeatsBackwardsAndTooMany) {
  for (const char* text :
       {"", "3,", "3,3", "3,1-5", "9-7", "1-10001", "0-18446744073709551615", "1-5000,6000-99999", "-"}) {
    EXPECT_THROW(parse_seed_list(text), UsageError) << text;
  }
}

TEST(ParseNumbers, StayWithinTheirRange) {
  EXPECT_EQ(parse_whole_number("1", "steps", 1, 1000), 1);
  EXPECT_EQ(parse_whole_number("1000", "steps", 1, 1000), 1000);
  EXPECT_DOUBLE_EQ(parse_number("0.5", "eta", 0, 1), 0.5);
  for (const char* text : {"0", "1001", "-1", "x", "99999999999"}) {
    EXPECT_THROW(parse_whole_number(text, "steps", 1, 1000), UsageError) << text;
  }
  for (const char* text : {"-0.1", "1.1", "nan", "inf", ""}) {
    EXPECT_THROW(parse_number(text, "eta", 0, 1), UsageError) << text;
  }
  try {
    parse_whole_number("0", "steps", 1, 1000);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_EQ(error.where(), "steps");
    EXPECT_THAT(error.what(), HasSubstr("1 to 1000"));
    EXPECT_THAT(error.what(), HasSubstr("\"0\""));
  }
}

TEST(ParseNumbers, NameTheField) {
  EXPECT_EQ(parse_whole_number(" 25 ", "steps"), 25);
  EXPECT_DOUBLE_EQ(parse_number("7.5", "guidance"), 7.5);
  for (const char* text : {"", "x", "1.5", "99999999999"}) EXPECT_THROW(parse_whole_number(text, "steps"), UsageError);
  for (const char* text : {"", "x", "nan", "inf", "7,5", "1e999"})
    EXPECT_THROW(parse_number(text, "g"), UsageError) << text;
  try {
    parse_whole_number("x", "steps");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_EQ(error.where(), "steps");
    EXPECT_THAT(error.what(), HasSubstr("\"x\""));
  }
}

TEST(ParseExtent, TakesWidthThenHeight) {
  EXPECT_EQ(parse_extent("512x768"), (Extent{512, 768}));
  for (const char* text : {"", "512", "512x", "x512", "0x512", "512x0", "-8x8", "8x8x8", "512*768", "99999999999x8"}) {
    EXPECT_THROW(parse_extent(text), UsageError) << text;
  }
}

TEST(ParseSecondPass, TakesItsPartsInAnyOrder) {
  EXPECT_EQ(parse_second_pass("scale=1.5,upscale=lanczos,strength=0.4"),
            (SecondPass{1.5, Upscale::Lanczos, 0.4, {}, {}}));
  EXPECT_EQ(parse_second_pass("ratio=20%,steps=30, strength=1,upscale=latent,scale=2"),
            (SecondPass{2, Upscale::Latent, 1, 30, Percent{20}}));
}

TEST(ParseSecondPass, NamesThePartThatIsWrong) {
  const auto refusal = [](const char* text) {
    try {
      parse_second_pass(text);
    } catch (const UsageError& error) {
      return error.sentence();
    }
    return std::string("accepted");
  };
  EXPECT_THAT(refusal(""), testing::HasSubstr("scale=1.5"));
  EXPECT_THAT(refusal("scale=2,upscale=latent"), testing::HasSubstr("strength"));
  EXPECT_THAT(refusal("scale=2,upscale=nearest,strength=1"), testing::HasSubstr("nearest"));
  EXPECT_THAT(refusal("scale=x,upscale=latent,strength=1"), testing::HasSubstr("scale"));
  EXPECT_THAT(refusal("scale=2,scale=3,upscale=latent,strength=1"), testing::HasSubstr("twice"));
  EXPECT_THAT(refusal("scale=2,upscale=latent,strength=1,seed=3"), testing::HasSubstr("seed"));
  EXPECT_THAT(refusal("scale=2,upscale=latent,strength=1,ratio=0.405"), testing::HasSubstr("0.405"));
}

TEST(OptionText, WritesWhatItReads) {
  EXPECT_EQ(parse_ratio(text_of(Percent{7})), Percent{7});
  EXPECT_EQ(parse_extent(text_of(Extent{512, 768})), (Extent{512, 768}));
  EXPECT_EQ(text_of(parse_segments("small:20,large:31")), "small:20,large:31");
  EXPECT_EQ(text_of(parse_segments("small:10@5, large:15 @ 7.5")), "small:10@5,large:15@7.5");
}

}  // namespace
}  // namespace tstitch
