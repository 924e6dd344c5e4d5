#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/system/file_stamp.h"

namespace tstitch {

/// A file's bytes, read by position. Messages about them name `label()`.
class ByteSource {
 public:
  explicit ByteSource(std::string label) : label_(std::move(label)) {}
  virtual ~ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  [[nodiscard]] virtual std::uint64_t size() const = 0;

  /// Copies `size` bytes from `position`. May be called from several threads at once. Throws BadInput where the bytes
  /// end before that or cannot be read any more.
  virtual void read(std::uint64_t position, void* to, std::size_t size) const = 0;

  /// The same as text.
  [[nodiscard]] std::string text(std::uint64_t position, std::size_t size) const;

  [[nodiscard]] const std::string& label() const { return label_; }

 private:
  std::string label_;
};

/// An open regular file. Never mapped into memory: a file that is shortened later gives BadInput, not a signal.
class FileBytes : public ByteSource {
 public:
  /// Throws BadInput naming `label` when there is no regular file or it cannot be opened.
  FileBytes(const std::filesystem::path& path, std::string label);
  ~FileBytes() override;

  [[nodiscard]] std::uint64_t size() const override { return stamp_.size; }
  void read(std::uint64_t position, void* to, std::size_t size) const override;

  /// Of the open file, taken when it was opened.
  [[nodiscard]] const FileStamp& stamp() const { return stamp_; }
  /// Throws BadInput when the open file was written to since: what was read of it may be neither old nor new.
  void require_unchanged() const;

 private:
  int descriptor_;
  FileStamp stamp_;
};

/// Bytes that the caller keeps in memory.
class MemoryBytes : public ByteSource {
 public:
  MemoryBytes(std::string_view bytes, std::string label) : ByteSource(std::move(label)), bytes_(bytes) {}

  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  void read(std::uint64_t position, void* to, std::size_t size) const override;

 private:
  std::string_view bytes_;
};

}  // namespace tstitch
