#include "core/formats/text_file.h"

#include <string_view>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/byte_source.h"
#include "core/formats/weight_file_kind.h"

namespace tstitch {

std::string read_text_file(const std::filesystem::path& path, std::uintmax_t limit) {
  const FileBytes bytes(path, path.string());
  if (bytes.size() > limit) throw BadInput(concat("is larger than ", limit, " bytes."), path.string());
  std::string text = bytes.text(0, static_cast<std::size_t>(bytes.size()));
  refuse_stand_ins(std::string_view(text).substr(0, kKindBytes), path.string());
  return text;
}

}  // namespace tstitch
