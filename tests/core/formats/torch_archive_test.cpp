#include "core/formats/torch_archive.h"

#include <fstream>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/formats/checksum.h"
#include "tests/support/torch_archive_bytes.h"

namespace tstitch {
namespace {

using test::little_endian;
using test::pickle_call;
using test::pickle_dict;
using test::pickle_global;
using test::pickle_int;
using test::pickle_of;
using test::pickle_text;
using test::pickle_tuple;
using test::PickledTensor;
using test::torch_archive_bytes;
using test::zip_bytes;
using test::ZipRecord;
using testing::HasSubstr;
using namespace std::string_literals;

TorchArchive read(const std::string& bytes) {
  return read_torch_archive(MemoryBytes(bytes, "file.pt"));
}

/// The sentence with which bytes are refused; empty when they are not.
std::string refusal_of(const std::string& bytes) {
  try {
    read(bytes);
  } catch (const BadInput& error) {
    EXPECT_EQ(error.where(), "file.pt");
    return error.sentence();
  }
  return {};
}

std::string archive_of(const PickledTensor& tensor, std::size_t storage_bytes = 96) {
  return torch_archive_bytes(pickle_of(pickle_dict({{"w", tensor.pickled()}})), {std::string(storage_bytes, '\1')});
}

std::string archive_with(const std::string& value) {
  const PickledTensor tensor{.elements = 6, .shape = {2, 3}, .strides = {3, 1}};
  return torch_archive_bytes(pickle_of(pickle_dict({{"w", tensor.pickled()}, {"other", value}})),
                             {std::string(24, '\1')});
}

const PickledTensor kMatrix{.elements = 24, .shape = {4, 6}, .strides = {6, 1}};

TEST(TorchArchive, findsTensorsBelowNestedDicts) {
  const std::string inner = pickle_dict({{"a.weight", kMatrix.pickled()}});
  const std::string bytes = torch_archive_bytes(
      pickle_of(pickle_dict({{"state_dict", inner}, {"epoch", pickle_int(3)}})), {std::string(96, '\1')});
  const TorchArchive archive = read(bytes);
  ASSERT_EQ(archive.tensors.size(), 1U);
  const TorchTensor& tensor = archive.tensors.at("state_dict.a.weight");
  EXPECT_EQ(tensor.type, SafetensorsType::F32);
  EXPECT_EQ(tensor.shape, (std::vector<std::int64_t>{4, 6}));
  EXPECT_EQ(tensor.end - tensor.begin, 96U);
  EXPECT_EQ(bytes.substr(tensor.begin, 96), std::string(96, '\1'));
  EXPECT_TRUE(tensor.is_contiguous());
}

TEST(TorchArchive, findsTensorsInDictsOfParametersAndTextsBesideThem) {
  const std::string tensor = test::PickledTensor{.elements = 4, .shape = {2, 2}, .strides = {2, 1}}.pickled();
  const std::string state =
      test::pickle_dict({{"training", "\x88"}, {"_parameters", test::pickle_dict({{"*", tensor}})}});
  const std::string parameters =
      test::pickle_global("torch.nn.modules.container", "ParameterDict") + ")\x81" + state + "b";
  const std::string pickle =
      test::pickle_of(test::pickle_dict({{"string_to_param", parameters}, {"name", test::pickle_text("zz")}}));
  const std::string bytes = test::torch_archive_bytes(pickle, {std::string(16, '\0')});
  const TorchArchive archive = read_torch_archive(MemoryBytes(bytes, "a.pt"));
  ASSERT_EQ(archive.tensors.size(), 1U);
  EXPECT_EQ(archive.tensors.begin()->first, "string_to_param.*");
  EXPECT_EQ(archive.texts.at("name"), "zz");
}

TEST(TorchArchive, placesViews) {
  PickledTensor view = kMatrix;
  view.offset = 2;
  view.shape = {4, 3};
  const TorchArchive archive = read(archive_of(view));
  const TorchTensor& tensor = archive.tensors.at("w");
  EXPECT_FALSE(tensor.is_contiguous());
  EXPECT_EQ(tensor.end - tensor.begin, 4U * (3 * 6 + 2 + 1));
}

TEST(TorchArchive, takesTheLastElementButNoFurther) {
  PickledTensor view = kMatrix;
  view.offset = 23;
  view.shape = {1};
  view.strides = {1};
  EXPECT_EQ(refusal_of(archive_of(view)), "");
  view.offset = 24;
  EXPECT_THAT(refusal_of(archive_of(view)), HasSubstr("tensor \"w\" reaches beyond its storage."));
}

TEST(TorchArchive, takesTensorsWithoutElements) {
  PickledTensor none = kMatrix;
  none.shape = {0, 6};
  const TorchTensor tensor = read(archive_of(none)).tensors.at("w");
  EXPECT_EQ(tensor.begin, tensor.end);
  EXPECT_TRUE(tensor.is_contiguous());
  none.shape = {0, 0x7FFFFFFF, 0x7FFFFFFF};
  none.strides = {0, 1, 1};
  EXPECT_THAT(refusal_of(archive_of(none)), HasSubstr("reaches beyond its storage"));
}

TEST(TorchArchive, refusesViewsThatAreNot) {
  struct Case {
    const char* sentence;
    std::function<void(PickledTensor&)> change;
  };
  const std::vector<Case> cases{
      {"reaches beyond its storage",
       [](auto& t) {
         t.strides = {7, 1};
       }},
      {"reaches beyond its storage",
       [](auto& t) {
         t.shape = {0x7FFFFFFF, 0x7FFFFFFF};
       }},
      {"reaches beyond its storage",
       [](auto& t) {
         t.strides = {0x7FFFFFFF, 0x7FFFFFFF};
       }},
      {"has a malformed shape",
       [](auto& t) {
         t.strides = {-1, 1};
       }},
      {"has a malformed shape", [](auto& t) { t.strides = {1}; }},
      {"has a malformed shape", [](auto& t) { t.shape.assign(65, 1), t.strides.assign(65, 1); }},
      {"has a malformed offset", [](auto& t) { t.offset = -1; }},
      {"repeats the elements of its storage", [](auto& t) { t.shape = {25}, t.strides = {0}; }},
      {"has a storage of 25 elements, but its record holds 96 bytes", [](auto& t) { t.elements = 25; }},
      {"has a storage of -1 elements", [](auto& t) { t.elements = -1; }},
      {"has no storage in the file", [](auto& t) { t.storage = "1"; }},
      {"has no storage in the file", [](auto& t) { t.storage = "../version"; }},
  };
  for (const Case& each : cases) {
    PickledTensor tensor = kMatrix;
    each.change(tensor);
    EXPECT_THAT(refusal_of(archive_of(tensor)), HasSubstr(each.sentence));
  }
}

TEST(TorchArchive, passesOverTensorsOfUnknownClasses) {
  PickledTensor quantised = kMatrix;
  quantised.storage_class = "QInt8Storage";
  EXPECT_EQ(read(archive_with(quantised.pickled())).tensors.size(), 1U);
}

// Each of these would run something if it were loaded by Python.
TEST(TorchArchive, executesNothing) {
  const std::string marker = testing::TempDir() + "tstitch-must-not-appear";
  const std::string command = pickle_text("touch " + marker);
  const std::vector<std::string> attacks{
      pickle_call(pickle_global("posix", "system"), {command}),
      pickle_call(pickle_global("builtins", "eval"), {command}),
      pickle_call(pickle_global("torch", "load"), {command}),
      pickle_global("os", "system") + pickle_tuple({command}) + "\x81",
      pickle_text("os") + pickle_text("system") + "\x93" + pickle_tuple({command}) + "R",
      pickle_call(pickle_global("torch._utils", "_rebuild_parameter"),
                  {pickle_call(pickle_global("os", "system"), {command})}),
      pickle_call(pickle_global("collections", "OrderedDict"), {}) +
          pickle_dict({{"__class__", pickle_global("os", "system")}}) + "b",
  };
  for (const std::string& attack : attacks) {
    EXPECT_EQ(read(archive_with(attack)).tensors.size(), 1U);
    EXPECT_FALSE(std::ifstream(marker).good());
  }
}

TEST(TorchArchive, saysWhatAPickledObjectIs) {
  const std::string object = pickle_call(pickle_global("model", "Net"), {});
  EXPECT_THAT(refusal_of(torch_archive_bytes(pickle_of(object), {})),
              HasSubstr("holds an object of \"model.Net\", not a dict of tensors; objects are never built. Save its"));
  EXPECT_THAT(refusal_of(torch_archive_bytes(pickle_of("]"), {})), HasSubstr("holds no dict of tensors."));
}

TEST(TorchArchive, endsWhereDictsHoldThemselves) {
  const std::string loop = "}q\x01"s + pickle_text("again") + "h\x01s";
  EXPECT_THAT(refusal_of(torch_archive_bytes(pickle_of(loop), {})), HasSubstr("nested deeper than 64 levels"));
  // Two mentions a level: 2^64 paths through 64 dicts.
  std::string doubled = "}q\x01"s;
  for (int level = 2; level < 60; ++level) {
    const std::string below = "h"s + static_cast<char>(level - 1);
    doubled += concat("0", pickle_dict({{"a", below}, {"b", below}}), "q", static_cast<char>(level));
  }
  EXPECT_THAT(refusal_of(torch_archive_bytes(pickle_of(doubled), {})), HasSubstr("hold too many values"));
}

TEST(TorchArchive, namesAreGivenOnce) {
  const std::string twice = pickle_dict({{"a.b", kMatrix.pickled()}, {"a", pickle_dict({{"b", kMatrix.pickled()}})}});
  EXPECT_THAT(refusal_of(torch_archive_bytes(pickle_of(twice), {std::string(96, '\1')})),
              HasSubstr("tensor \"a.b\" is given twice."));
}

TEST(TorchArchive, tellsOtherArchives) {
  EXPECT_THAT(refusal_of(zip_bytes({{.name = "weights.npy", .data = "x"}})), HasSubstr("not one of torch.save"));
  EXPECT_THAT(refusal_of(zip_bytes({{.name = "m/data.pkl", .data = "x"}, {.name = "m/constants.pkl", .data = "x"}})),
              HasSubstr("is a TorchScript program"));
  EXPECT_THAT(refusal_of(zip_bytes({{.name = "m/data.pkl", .data = "x"}, {.name = "n/data.pkl", .data = "x"}})),
              HasSubstr("more than one pickle"));
  EXPECT_THAT(refusal_of(zip_bytes({{.name = "m/data.pkl", .data = "x"}, {.name = "other", .data = "x"}})),
              HasSubstr("outside its folder"));
  EXPECT_THAT(refusal_of(zip_bytes({{.name = "m/data.pkl", .data = "x"}, {.name = "m/byteorder", .data = "pdp"}})),
              HasSubstr("in the order \"pdp\"; little or big was expected"));
}

TEST(TorchArchive, checksThePicklesChecksum) {
  const std::string pickle = pickle_of(pickle_dict({{"w", kMatrix.pickled()}}));
  std::vector<ZipRecord> records{{.name = "m/data.pkl", .data = pickle, .crc = crc32_of(pickle)},
                                 {.name = "m/data/0", .data = std::string(96, '\1')}};
  EXPECT_EQ(refusal_of(zip_bytes(records)), "");
  records[0].crc ^= 1U;
  EXPECT_THAT(refusal_of(zip_bytes(records)), HasSubstr("does not match its checksum"));
}

TEST(TorchArchive, isRefusedWhereverItIsCutOff) {
  const std::string bytes = archive_of(kMatrix);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_NE(refusal_of(bytes.substr(0, size)), "") << size;
  }
}

}  // namespace
}  // namespace tstitch
