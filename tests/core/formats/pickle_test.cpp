#include "core/formats/pickle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/torch_archive_bytes.h"

namespace tstitch {
namespace {

using test::little_endian;
using test::pickle_int;
using test::pickle_of;
using test::pickle_text;
using testing::HasSubstr;
using namespace std::string_literals;

std::string refusal_of(const std::string& bytes) {
  try {
    read_pickle(bytes, "file");
  } catch (const BadInput& error) {
    return error.sentence();
  }
  return {};
}

std::int64_t number_of(const std::string& opcodes) {
  const std::string bytes = pickle_of(opcodes);
  const Pickle pickle = read_pickle(bytes, "file");
  return pickle.at(pickle.root).number;
}

TEST(Pickle, readsNumbers) {
  EXPECT_EQ(number_of("K\xff"), 255);
  EXPECT_EQ(number_of("M\xff\xff"), 65'535);
  EXPECT_EQ(number_of(pickle_int(-2)), -2);
  EXPECT_EQ(number_of("\x8a"s + '\0'), 0);
  EXPECT_EQ(number_of("\x8a\x01\xff"), -1);
  EXPECT_EQ(number_of(concat("\x8a\x05", little_endian(1ULL << 33U, 5))), 1LL << 33U);
  EXPECT_EQ(number_of("\x88"), 1);
}

TEST(Pickle, keepsOneValueForManyMentions) {
  const std::string bytes = pickle_of(concat("(", pickle_text("x"), "q\x05h\x05h\x05t"));
  const Pickle pickle = read_pickle(bytes, "file");
  const PickleValue& tuple = pickle.at(pickle.root);
  ASSERT_EQ(tuple.items.size(), 3U);
  EXPECT_EQ(tuple.items[0], tuple.items[2]);
  EXPECT_EQ(pickle.at(tuple.items[1]).text, "x");
}

TEST(Pickle, knowsOrderedDictsOfEitherPython) {
  const std::string pair = concat("]", pickle_text("key"), "a", pickle_int(4), "a");
  const std::string bytes = pickle_of("ccollections\nOrderedDict\n(](" + pair + "et" + "R");
  const Pickle pickle = read_pickle(bytes, "file");
  const PickleValue& dict = pickle.at(pickle.root);
  EXPECT_EQ(dict.kind, PickleValue::Kind::Dict);
  ASSERT_EQ(dict.items.size(), 2U);
  EXPECT_EQ(pickle.at(dict.items[0]).text, "key");
}

TEST(Pickle, readsTheNewerProtocols) {
  const std::string bytes = concat("\x80\x04\x95", little_endian(9, 8), "\x8c\x02hi\x94\x8f(\x4b\x01\x90\x86.");
  const Pickle pickle = read_pickle(bytes, "file");
  EXPECT_EQ(pickle.at(pickle.at(pickle.root).items[0]).text, "hi");
}

TEST(Pickle, refusesMalformedOnes) {
  EXPECT_THAT(refusal_of(""), HasSubstr("is cut off"));
  EXPECT_THAT(refusal_of("\x80\x02"), HasSubstr("is cut off"));
  EXPECT_THAT(refusal_of("\x80\x06."), HasSubstr("protocol 2 to 5"));
  EXPECT_THAT(refusal_of("\x80\xff."), HasSubstr("protocol 2 to 5"));
  EXPECT_THAT(refusal_of("(dp0\n."), HasSubstr("protocol 2 to 5"));
  EXPECT_THAT(refusal_of(pickle_of("")), HasSubstr("takes more from its stack than there is"));
  EXPECT_THAT(refusal_of(pickle_of("N(0")), HasSubstr("takes more from its stack than there is"));
  EXPECT_THAT(refusal_of(pickle_of("t")), HasSubstr("lacks a mark"));
  EXPECT_THAT(refusal_of(pickle_of("h\x01")), HasSubstr("never remembered"));
  EXPECT_THAT(refusal_of(pickle_of("}(Nu")), HasSubstr("a key without a value"));
  EXPECT_THAT(refusal_of(pickle_of("]NNs")), HasSubstr("takes none"));
  EXPECT_THAT(refusal_of(pickle_of("NNR")), HasSubstr("without a tuple"));
  EXPECT_THAT(refusal_of(pickle_of("X\xff\xff\xff\xff")), HasSubstr("is cut off"));
  EXPECT_THAT(refusal_of(pickle_of("\x8d" + std::string(8, '\xff'))), HasSubstr("is cut off"));
  EXPECT_THAT(refusal_of(pickle_of("cmodule")), HasSubstr("is cut off"));
}

TEST(Pickle, refusesOpcodesThatNoModelNeeds) {
  EXPECT_THAT(refusal_of(pickle_of("(os\nsystem\ni")), HasSubstr("uses the opcode 0x"));
  EXPECT_THAT(refusal_of(pickle_of("\x82\x01")), HasSubstr("uses the opcode 0x82"));
  EXPECT_THAT(refusal_of(pickle_of("\x97")), HasSubstr("uses the opcode 0x97"));
}

TEST(Pickle, boundsItsMemory) {
  constexpr std::size_t kMany = (1U << 19U) + 1;
  EXPECT_THAT(refusal_of(pickle_of(std::string(kMany, 'N'))), HasSubstr("more than 524288 values"));
  EXPECT_THAT(refusal_of(pickle_of("N" + std::string(kMany, '2'))), HasSubstr("too long a stack"));
  EXPECT_THAT(refusal_of(pickle_of(std::string(kMany, '('))), HasSubstr("too long a stack"));
  std::string mentions = "(";
  for (int i = 0; i < 1000; ++i) mentions += "h\x01";
  std::string nested = "Nq\x01";
  for (int i = 0; i < 5000; ++i) nested += mentions + "t";
  EXPECT_THAT(refusal_of(pickle_of(nested)), HasSubstr("more than 4194304 times"));
}

TEST(Pickle, nestsOneLevelPerByteWithoutHarm) {
  EXPECT_EQ(refusal_of(pickle_of("N" + std::string(500'000, '\x85'))), "");
}

TEST(Pickle, growsByReferenceNotByCopy) {
  // Each round makes a pair of the last value twice: 2^1000 leaves, if they were copies.
  std::string doubled = "N";
  for (int i = 0; i < 1000; ++i) doubled += "2\x86";
  const std::string bytes = pickle_of(doubled);
  EXPECT_EQ(read_pickle(bytes, "file").values.size(), 1001U);
}

}  // namespace
}  // namespace tstitch
