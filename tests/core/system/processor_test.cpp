#include "core/system/processor.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

class Processor : public ::testing::Test {
 protected:
  [[nodiscard]] HalfArithmetic with_flags(const std::string& flags) const {
    return half_arithmetic(
        folder_.write("cpuinfo", "processor\t: 0\nmodel name\t: Some avx512_fp16 name\nflags\t\t: " + flags +
                                     "\nbogomips\t: 1\n\nprocessor\t: 1\nflags\t\t: avx512_fp16\n"));
  }
  test::TemporaryFolder folder_;
};

TEST_F(Processor, computesHalvesWhereItsFlagsSaySo) {
  for (const char* fp16 : {"avx512_fp16", "amx_fp16"}) {
    EXPECT_TRUE(with_flags(std::string("fpu sse2 ") + fp16 + " avx2").fp16);
    EXPECT_FALSE(with_flags(std::string("fpu sse2 ") + fp16 + " avx2").bf16);
  }
  for (const char* bf16 : {"avx512_bf16", "amx_bf16"}) {
    EXPECT_TRUE(with_flags(std::string("fpu ") + bf16).bf16);
    EXPECT_FALSE(with_flags(std::string("fpu ") + bf16).fp16);
  }
}

TEST_F(Processor, isToldByWholeWordsOfTheFirstOne) {
  const HalfArithmetic none = with_flags("fpu f16c avx512f avx512_fp16x my_avx512_bf16");
  EXPECT_FALSE(none.fp16 || none.bf16);
  EXPECT_FALSE(half_arithmetic(folder_.path() / "missing").fp16);
}

TEST_F(Processor, isNamedWithWhatItHasForNetworks) {
  const ProcessorFacts facts = processor_facts(
      folder_.write("cpuinfo", "processor\t: 0\nmodel name\t: Some Maker: Fast 9\nflags\t\t: fpu fma sse2 avx2 avx\n"));
  EXPECT_EQ(facts.name, "Some Maker: Fast 9");
  EXPECT_EQ(facts.features, (std::vector<std::string>{"avx", "avx2", "fma"}));
  EXPECT_TRUE(processor_facts(folder_.path() / "missing").name.empty());
}

TEST_F(Processor, isToldFromOthersByMakerModelAndFeatures) {
  const auto identity = [&](const std::string& text) { return processor_identity(folder_.write("cpuinfo", text)); };
  const std::string one =
      "vendor_id\t: Maker\nmodel\t\t: 2\nmodel name\t: Fast 9\ncpu MHz\t: 2000\nflags\t\t: fpu avx2\n";
  const std::string first = identity(one);
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string other = one;
    return identity(other.replace(other.find(from), from.size(), to));
  };
  EXPECT_EQ(with("2000", "3000"), first) << "not by what changes";
  EXPECT_NE(with("model\t\t: 2", "model\t\t: 3"), first);
  EXPECT_NE(with("avx2", "avx2 avx512f"), first);
  EXPECT_NE(with("Fast 9", "Fast 8"), first);
  EXPECT_EQ(with("Fast 9", "Fast \xff"), "avx2") << "what is no text is left out";
}

}  // namespace
}  // namespace tstitch
