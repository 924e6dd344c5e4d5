#include "core/formats/safetensors_writer.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/formats/safetensors_file.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

class SafetensorsWriter : public testing::Test {
 protected:
  fs::path path() const { return folder_.path() / "out.safetensors"; }
  test::TemporaryFolder folder_;
};

TEST_F(SafetensorsWriter, writesWhatTheReaderReads) {
  const std::vector<float> floats{1.0F, 2.0F, 3.0F};
  const std::vector<std::uint8_t> bytes{7, 8};
  write_safetensors(path(),
                    {{"bytes", SafetensorsType::U8, {2}, bytes.data()},
                     {"empty", SafetensorsType::F64, {0}, nullptr},
                     {"floats", SafetensorsType::F32, {3, 1}, floats.data()}},
                    {{"format", "pt"}});
  const SafetensorsFile file(path(), "label");
  EXPECT_EQ(file.header().data_start % 8, 0U);
  EXPECT_EQ(file.header().metadata.at("format"), "pt");
  EXPECT_EQ(file.header().tensors.at("floats").begin, 0U);
  EXPECT_EQ(file.header().tensors.at("bytes").begin, 12U);
  EXPECT_EQ(file.header().tensors.at("empty").begin, 14U);
  std::vector<float> read(3);
  file.read(0, read.data(), 12);
  EXPECT_EQ(read, floats);
}

TEST_F(SafetensorsWriter, replacesAWholeFileAndLeavesNoOther) {
  const float value = 1.0F;
  std::ofstream(path()) << "old";
  write_safetensors(path(), {{"a", SafetensorsType::F32, {}, &value}});
  EXPECT_EQ(SafetensorsFile(path(), "label").header().tensors.size(), 1U);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 1);
}

TEST_F(SafetensorsWriter, anUnwritablePlaceIsNamedAndKeepsNothing) {
  const fs::path absent = folder_.path() / "absent" / "out.safetensors";
  try {
    write_safetensors(absent, {});
    FAIL() << "wrote into a folder that is not there";
  } catch (const BadInput& error) {
    EXPECT_EQ(error.where(), absent.string());
  }
  fs::create_directory(path());
  EXPECT_THROW(write_safetensors(path(), {}), BadInput);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 1);
}

TEST_F(SafetensorsWriter, oneNameTwiceIsABug) {
  const float value = 1.0F;
  const SafetensorsItem item{"a", SafetensorsType::F32, {}, &value};
  EXPECT_THROW(write_safetensors(path(), {item, item}), LogicError);
  EXPECT_FALSE(fs::exists(path()));
}

}  // namespace
}  // namespace tstitch
