#include "core/formats/safetensors_header.h"

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "tests/support/safetensors_bytes.h"

namespace tstitch {
namespace {

using test::safetensors_bytes;

std::string refusal(std::string_view bytes) {
  try {
    (void)parse_safetensors(bytes, "a.safetensors");
  } catch (const BadInput& error) {
    EXPECT_EQ(error.where(), "a.safetensors");
    return error.what();
  }
  return "accepted";
}

TEST(SafetensorsHeader, readsTensorsAndMetadata) {
  const std::string bytes =
      safetensors_bytes(R"({"__metadata__":{"format":"pt"},"b":{"dtype":"F16","shape":[2,3],"data_offsets":[4,16]},)"
                        R"("a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}   )",
                        std::string(16, 'x'));
  const SafetensorsHeader header = parse_safetensors(bytes, "a.safetensors");
  EXPECT_EQ(header.metadata.at("format"), "pt");
  EXPECT_EQ(header.tensors.size(), 2U);
  EXPECT_TRUE(header.tensors.at("a").shape.empty());
  const SafetensorsEntry& b = header.tensors.at("b");
  EXPECT_EQ(b.type, SafetensorsType::F16);
  EXPECT_EQ(b.shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(b.begin, 4U);
  EXPECT_EQ(b.end, 16U);
  EXPECT_EQ(header.data_start, bytes.size() - 16);
}

TEST(SafetensorsHeader, acceptsWhatTheFormatAllows) {
  EXPECT_EQ(refusal(safetensors_bytes("{}")), "accepted");
  EXPECT_EQ(refusal(safetensors_bytes(R"({"__metadata__":null})")), "accepted");
  EXPECT_EQ(refusal(safetensors_bytes(R"({"__metadata__":{}})")), "accepted");
  EXPECT_EQ(refusal(safetensors_bytes(R"({"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}})", "x")), "accepted");
  EXPECT_EQ(refusal(safetensors_bytes(R"({"a":{"dtype":"F32","shape":[0,5],"data_offsets":[0,0]}})")), "accepted");
  EXPECT_EQ(refusal(safetensors_bytes(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                                      R"("z":{"dtype":"U8","shape":[0],"data_offsets":[1,1]}})",
                                      "x")),
            "accepted");
  EXPECT_EQ(
      refusal(safetensors_bytes(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":{"x":[1,{}]}}})", "x")),
      "accepted");
}

// Marks: ComfyUI writes `v_pred` and `ztsnr` without elements, and they lie wherever their type sorts them.
TEST(SafetensorsHeader, marksWithoutElementsShareOffsetsWithOthers) {
  const std::string bytes = safetensors_bytes(R"({"ztsnr":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},)"
                                              R"("b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},)"
                                              R"("v_pred":{"dtype":"F16","shape":[0],"data_offsets":[1,1]},)"
                                              R"("w":{"dtype":"F16","shape":[0],"data_offsets":[1,1]},)"
                                              R"("a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
                                              "xy");
  const SafetensorsHeader header = parse_safetensors(bytes, "a.safetensors");
  EXPECT_EQ(header.tensors.at("ztsnr").shape, std::vector<std::int64_t>{0});
  EXPECT_EQ(header.tensors.at("v_pred").begin, 1U);
  EXPECT_EQ(header.tensors.at("b").begin, 1U);
}

// A training run's notes, a picture, a workflow: values of any length.
TEST(SafetensorsHeader, longValuesOfMetadataAreNoHindrance) {
  const std::string filler(9U << 20U, 'a');
  const std::string bytes =
      safetensors_bytes(concat(R"({"__metadata__":{"long":")", filler, R"(\"","kept":"b"},)",
                               std::string(5U << 20U, ' '), R"("a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})"),
                        "x");
  const SafetensorsHeader header = parse_safetensors(bytes, "a.safetensors");
  EXPECT_EQ(header.metadata.at("long"), "");
  EXPECT_EQ(header.metadata.at("kept"), "b");
  EXPECT_EQ(header.data_start, bytes.size() - 1);
}

TEST(SafetensorsHeader, knowsAllTypes) {
  struct Row {
    const char* name;
    int bits;
  };
  for (const Row& row :
       {Row{"F4", 4},          Row{"F6_E2M3", 6}, Row{"F6_E3M2", 6}, Row{"BOOL", 8},    Row{"U8", 8},
        Row{"I8", 8},          Row{"F8_E5M2", 8}, Row{"F8_E4M3", 8}, Row{"F8_E8M0", 8}, Row{"F8_E4M3FNUZ", 8},
        Row{"F8_E5M2FNUZ", 8}, Row{"I16", 16},    Row{"U16", 16},    Row{"F16", 16},    Row{"BF16", 16},
        Row{"I32", 32},        Row{"U32", 32},    Row{"F32", 32},    Row{"F64", 64},    Row{"I64", 64},
        Row{"U64", 64},        Row{"C64", 64}}) {
    const int size = row.bits;  // bytes of eight elements
    const std::string bytes =
        safetensors_bytes(concat(R"({"a":{"dtype":")", row.name, R"(","shape":[8],"data_offsets":[0,)", size, "]}}"),
                          std::string(size, 0));
    const SafetensorsHeader header = parse_safetensors(bytes, "a.safetensors");
    EXPECT_EQ(name_of(header.tensors.at("a").type), row.name);
    EXPECT_EQ(bits_of(header.tensors.at("a").type), row.bits);
  }
}

TEST(SafetensorsHeader, textsInPlaceOfWeightsAreNamed) {
  EXPECT_THAT(refusal("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"),
              testing::HasSubstr("Git LFS"));
  EXPECT_THAT(refusal("<!DOCTYPE html><html><body>Not found</body></html>"), testing::HasSubstr("web page"));
  EXPECT_THAT(refusal("\n  <html lang=\"en\">"), testing::HasSubstr("web page"));
}

struct Malformed {
  const char* what;
  std::string bytes;
  const char* says;
};

void PrintTo(const Malformed& malformed, std::ostream* out) {
  *out << malformed.what;
}

std::string one(const std::string& dtype, const std::string& shape, const std::string& offsets, std::size_t data) {
  return safetensors_bytes(
      concat(R"({"a":{"dtype":)", dtype, R"(,"shape":)", shape, R"(,"data_offsets":)", offsets, "}}"),
      std::string(data, 0));
}

std::string many_on_one_range(int count) {
  std::string header = "{";
  for (int i = 0; i < count; ++i) {
    header += concat(i == 0 ? "" : ",", "\"t", i, R"(":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]})");
  }
  return safetensors_bytes(header + "}", std::string(16, 0));
}

class MalformedSafetensors : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedSafetensors, isRefusedWithASentence) {
  EXPECT_THAT(refusal(GetParam().bytes), testing::HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Length, MalformedSafetensors,
    testing::Values(Malformed{"empty file", "", "0 bytes long"},
                    Malformed{"seven bytes", std::string(7, 0), "7 bytes long"},
                    Malformed{"length without a header", std::string("\x08\0\0\0\0\0\0\0", 8), "only 0 follow"},
                    Malformed{"length far beyond the file", std::string("\x3C\0\0\0\0\xFF\xFF\xFF", 8) + "{}",
                              "would be 18446742974197923900"},
                    Malformed{"length just beyond the cap", std::string("\x01\xE1\xF5\x05\0\0\0\0", 8) + "{}",
                              "would be 100000001"},
                    Malformed{"length at the cap in a small file", std::string("\0\xE1\xF5\x05\0\0\0\0", 8) + "{}",
                              "only 2 follow"},
                    Malformed{"no header text", safetensors_bytes(""), "begin with '{'"}));

INSTANTIATE_TEST_SUITE_P(
    Text, MalformedSafetensors,
    testing::Values(
        Malformed{"no UTF-8", safetensors_bytes("\xFF"), "UTF-8"},
        Malformed{"lone brace", safetensors_bytes("{"), "not JSON"},
        Malformed{"blank before the brace", safetensors_bytes(" {}"), "begin with '{'"},
        Malformed{"byte order mark", safetensors_bytes("\xEF\xBB\xBF{}"), "begin with '{'"},
        Malformed{"list", safetensors_bytes("[]"), "begin with '{'"},
        Malformed{"text after the object", safetensors_bytes("{}{}"), "not JSON"},
        Malformed{"zero as padding", safetensors_bytes(std::string_view("{}\0", 3)), "zero byte"},
        Malformed{"deep nesting in an unknown field",
                  safetensors_bytes(R"({"a":{"x":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}}"),
                  "nested deeper"},
        Malformed{"deep nesting at the root", safetensors_bytes(concat(R"({"a":)", std::string(100'000, '['), "}")),
                  "no object"},
        Malformed{"a name of megabytes", safetensors_bytes(concat("{\"", std::string(5U << 20U, 'a'), "\":1}")),
                  "a name of more than 1 MiB"},
        Malformed{"a control character in a value of megabytes",
                  safetensors_bytes(concat(R"({"__metadata__":{"a":")", std::string(5U << 20U, 'a'), "\n\"}}")),
                  "a control character"},
        Malformed{"a number of megabytes", safetensors_bytes(concat("{\"a\":", std::string(5U << 20U, '1'), "}")),
                  "a number that is too long"}));

INSTANTIATE_TEST_SUITE_P(
    Types, MalformedSafetensors,
    testing::Values(
        Malformed{"unknown dtype", one(R"("F7")", "[1]", "[0,4]", 4), "unknown dtype \"F7\""},
        Malformed{"dtype in lower case", one(R"("f32")", "[1]", "[0,4]", 4), "unknown dtype"},
        Malformed{"dtype a number", one("32", "[1]", "[0,4]", 4), "wrong type"},
        Malformed{"negative side", one(R"("F32")", "[-1]", "[0,4]", 4), "whole numbers"},
        Malformed{"minus zero", one(R"("F32")", "[-0]", "[0,0]", 0), "whole numbers"},
        Malformed{"fractional side", one(R"("F32")", "[1.0]", "[0,4]", 4), "whole numbers"},
        Malformed{"exponent", one(R"("F32")", "[1e0]", "[0,4]", 4), "whole numbers"},
        Malformed{"beyond 64 bits", one(R"("F32")", "[18446744073709551616]", "[0,4]", 4), "whole numbers"},
        Malformed{"shape a text", one(R"("F32")", R"("1")", "[0,4]", 4), "wrong type"},
        Malformed{"shape of lists", one(R"("F32")", "[[1]]", "[0,4]", 4), "whole numbers"},
        Malformed{"shape null", one(R"("F32")", "null", "[0,4]", 4), "wrong type"},
        Malformed{"one offset", one(R"("F32")", "[1]", "[0]", 4), "two numbers"},
        Malformed{"three offsets", one(R"("F32")", "[1]", "[0,4,4]", 4), "two numbers"},
        Malformed{"no dtype", safetensors_bytes(R"({"a":{"shape":[],"data_offsets":[0,0]}})"), "no dtype"},
        Malformed{"no shape", safetensors_bytes(R"({"a":{"dtype":"U8","data_offsets":[0,0]}})"), "no shape"},
        Malformed{"no offsets", safetensors_bytes(R"({"a":{"dtype":"U8","shape":[0]}})"), "data_offsets"},
        Malformed{"tensor null", safetensors_bytes(R"({"a":null})"), "no object"},
        Malformed{"tensor a list", safetensors_bytes(R"({"a":[]})"), "no object"},
        Malformed{"metadata a list", safetensors_bytes(R"({"__metadata__":[]})"), "no object"},
        Malformed{"metadata of numbers", safetensors_bytes(R"({"__metadata__":{"a":1}})"), "__metadata__"},
        Malformed{"metadata of objects", safetensors_bytes(R"({"__metadata__":{"a":{}}})"), "__metadata__"}));

INSTANTIATE_TEST_SUITE_P(
    Twice, MalformedSafetensors,
    testing::Values(
        Malformed{"name",
                  safetensors_bytes(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                                    R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                                    "abcd"),
                  "\"a\" is given twice"},
        Malformed{"name by an escape",
                  safetensors_bytes(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                                    R"("\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                                    "abcd"),
                  "\"a\" is given twice"},
        Malformed{"dtype",
                  safetensors_bytes(R"({"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}})", "x"),
                  "dtype twice"},
        Malformed{"shape",
                  safetensors_bytes(R"({"a":{"dtype":"U8","shape":[1],"shape":[1],"data_offsets":[0,1]}})", "x"),
                  "shape twice"},
        Malformed{"metadata", safetensors_bytes(R"({"__metadata__":{},"__metadata__":{}})"), "__metadata__ twice"},
        Malformed{"metadata key", safetensors_bytes(R"({"__metadata__":{"a":"b","a":"c"}})"), "\"a\" twice"}));

INSTANTIATE_TEST_SUITE_P(
    Sizes, MalformedSafetensors,
    testing::Values(
        Malformed{"size mismatch", one(R"("F32")", "[2]", "[0,4]", 4), "takes 8 bytes"},
        Malformed{"end before begin", one(R"("F32")", "[1]", "[4,0]", 4), "ends before"},
        Malformed{"2 x (2^64-2)", one(R"("U8")", "[2,18446744073709551614]", "[0,4]", 4), "overflows"},
        Malformed{"2 x (2^63-1)", one(R"("U8")", "[2,9223372036854775807]", "[0,4]", 4), "overflows"},
        Malformed{"2^32 x 2^32 on nothing", one(R"("U8")", "[4294967296,4294967296]", "[0,0]", 0), "overflows"},
        Malformed{"bits overflow", one(R"("F32")", "[576460752303423488]", "[0,0]", 0), "overflows"},
        Malformed{"hidden by a zero", one(R"("U8")", "[0,4294967296,4294967296]", "[0,0]", 0), "overflows"},
        Malformed{"odd number of half bytes", one(R"("F4")", "[3]", "[0,2]", 2), "no whole number of bytes"},
        Malformed{"six-bit numbers that fill no byte", one(R"("F6_E2M3")", "[3]", "[0,3]", 3),
                  "no whole number of bytes"}));

INSTANTIATE_TEST_SUITE_P(
    Coverage, MalformedSafetensors,
    testing::Values(Malformed{"two bytes missing", one(R"("F32")", "[1]", "[0,4]", 2), "cut off"},
                    Malformed{"a byte too many", one(R"("F32")", "[1]", "[0,4]", 5), "too many"},
                    Malformed{"data without tensors", safetensors_bytes("{}", "x"), "too many"},
                    Malformed{"hole at the start", one(R"("U8")", "[1]", "[1,2]", 2), "begins at 1"},
                    Malformed{"hole",
                              safetensors_bytes(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                                                R"("b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
                                                "xyz"),
                              "\"b\" begins at 2 of the data, but 1 was expected"},
                    Malformed{"overlap",
                              safetensors_bytes(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                                                R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
                                                "xyz"),
                              "\"b\" begins at 1"},
                    Malformed{"ten tensors on one range", many_on_one_range(10), "begins at 0"},
                    Malformed{"more tensors than are read", many_on_one_range(70'000), "more than 32768 tensors"}));

TEST(SafetensorsHeader, everyTruncationIsRefused) {
  const std::string whole =
      safetensors_bytes(R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                        R"("b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}})",
                        std::string(11, 'x'));
  EXPECT_EQ(refusal(whole), "accepted");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(refusal(std::string_view(whole).substr(0, size)), "accepted") << size;
  }
}

TEST(SafetensorsHeader, everyFlippedBitGivesAVerdictNotACrash) {
  const std::string whole =
      safetensors_bytes(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", std::string(8, 'x'));
  int refused = 0;
  for (std::size_t bit = 0; bit < (whole.size() - 8) * 8; ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    refused += refusal(flipped) != "accepted" ? 1 : 0;
  }
  EXPECT_GT(refused, 300);
}

TEST(SafetensorsHeader, namesInMessagesAreHarmless) {
  EXPECT_THAT(refusal(safetensors_bytes(R"({"a\u001b[31m":null})")), testing::HasSubstr("\"a?[31m\""));
}

}  // namespace
}  // namespace tstitch
