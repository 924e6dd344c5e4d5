#include "core/formats/sha256.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace tstitch {
namespace {

/// FIPS 180-4's own examples.
TEST(Sha256, equalsThePublishedVectors) {
  EXPECT_EQ(sha256_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, readsFilesLargerThanAPiece) {
  const auto file = std::filesystem::temp_directory_path() / "tstitch-sha256-test";
  const std::string bytes(3'000'000, 'a');
  std::ofstream(file, std::ios::binary) << bytes;
  EXPECT_EQ(hashed_file(file).sha256, sha256_of(bytes));
  std::filesystem::remove(file);
  EXPECT_THROW(static_cast<void>(hashed_file(file)), BadInput);
}

}  // namespace
}  // namespace tstitch
