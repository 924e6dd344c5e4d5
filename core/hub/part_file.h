#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/formats/digest.h"
#include "core/hub/content_hash.h"

namespace tstitch {

/// The beginning of a download, `<hash>.part` beside its final name, which outlives the program. One program at a time
/// writes it; another waits for its turn. Every failing system call throws BadInput that names the file.
class PartFile {
 public:
  /// Opens or makes the part and waits until nobody else has it. Throws Interrupted when asked to stop meanwhile.
  PartFile(const std::filesystem::path& final_name, const ContentHash& hash, const std::stop_token& stop);
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  [[nodiscard]] std::int64_t size() const { return size_; }
  /// The ETag of the answer that the part came from, for If-Range; empty when none may be used there.
  [[nodiscard]] std::string etag() const;
  void remember_etag(const std::string& etag) const;

  void append(std::string_view bytes);
  void clear();
  /// The first bytes, for telling what was really sent.
  [[nodiscard]] std::string head() const;

  /// The hash of all that is there.
  [[nodiscard]] std::string hash(const std::stop_token& stop);
  /// Flushes, takes the final name in one step and flushes the folder.
  void finish();
  void remove();

 private:
  [[nodiscard]] std::filesystem::path note() const;
  [[noreturn]] void refuse(const char* doing) const;
  void take_in(const std::stop_token& stop);

  std::filesystem::path final_;
  std::filesystem::path part_;
  ContentHash::Kind kind_;
  int file_ = -1;
  std::int64_t size_ = 0;
  /// Of the first `hashed_` bytes: a part of an earlier run is read once, new bytes are hashed as they come.
  std::optional<Digest> digest_;
  std::int64_t hashed_ = 0;
};

}  // namespace tstitch
