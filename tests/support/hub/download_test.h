#pragma once

#include <algorithm>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "core/base/text.h"
#include "core/formats/sha256.h"
#include "core/hub/download.h"
#include "tests/support/hub/hub_test.h"

namespace tstitch::test {

inline std::string some_bytes(std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(i * 131 % 251);
  return bytes;
}

/// One large file of 40,000 bytes on a hub that lies as a test wants it to.
class DownloadTest : public HubTest {
 protected:
  static constexpr const char* kRepository = "org/name";
  static constexpr const char* kPath = "unet/weights.safetensors";

  void SetUp() override { hub_.put_large(kRepository, kPath, bytes_); }

  HubFile described() {
    HttpClient client(settings());
    const auto file = describe_file(client, kRepository, "main", kPath, {});
    if (!file) throw BadInput("no such file");
    return *file;
  }

  /// Fetches the file; the sentence of a refusal, else empty.
  std::string fetch(const std::stop_token& stop = {}) {
    return sentence_of([&] {
      HttpClient client(settings());
      const HubFile file = described();
      std::filesystem::create_directories(blobs_);
      download_file(client, file, blobs_, stop, here_);
    });
  }

  /// The first transfer brings 5000 bytes and then nothing more.
  void stall_the_first_transfer() {
    lie([this](const Asked& asked, int number) -> std::optional<Answer> {
      if (!asked.is_get() || number > 0) return std::nullopt;
      Answer answer = hub_.honest(asked);
      answer.drop_after = 5000;
      answer.stall = true;
      return answer;
    });
  }

  void leave_part(std::size_t size, const std::string& etag = {}) {
    folder_.write(concat("blobs/", hash_, ".part"), bytes_.substr(0, size));
    if (!etag.empty()) folder_.write(concat("blobs/", hash_, ".part.etag"), etag);
  }

  void expect_whole() {
    EXPECT_EQ(bytes_of(blobs_ / hash_), bytes_);
    EXPECT_THAT(names(), testing::ElementsAre(hash_));
  }

  std::vector<std::string> names() {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(blobs_)) found.push_back(entry.path().filename());
    std::sort(found.begin(), found.end());
    return found;
  }

  std::filesystem::path blobs_ = folder_.path() / "blobs";
  std::string bytes_ = some_bytes(40000);
  std::string hash_ = sha256_of(bytes_);
  BytesHere here_;
};

}  // namespace tstitch::test
