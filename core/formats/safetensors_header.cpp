#include "core/formats/safetensors_header.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/weight_file_kind.h"

namespace tstitch {
namespace {

using nlohmann::json;

struct TypeRow {
  SafetensorsType type;
  std::string_view name;
  int bits;
};

constexpr std::array kTypes{
    TypeRow{SafetensorsType::F4, "F4", 4},
    TypeRow{SafetensorsType::F6E2M3, "F6_E2M3", 6},
    TypeRow{SafetensorsType::F6E3M2, "F6_E3M2", 6},
    TypeRow{SafetensorsType::Bool, "BOOL", 8},
    TypeRow{SafetensorsType::U8, "U8", 8},
    TypeRow{SafetensorsType::I8, "I8", 8},
    TypeRow{SafetensorsType::F8E5M2, "F8_E5M2", 8},
    TypeRow{SafetensorsType::F8E4M3, "F8_E4M3", 8},
    TypeRow{SafetensorsType::F8E8M0, "F8_E8M0", 8},
    TypeRow{SafetensorsType::F8E4M3Fnuz, "F8_E4M3FNUZ", 8},
    TypeRow{SafetensorsType::F8E5M2Fnuz, "F8_E5M2FNUZ", 8},
    TypeRow{SafetensorsType::I16, "I16", 16},
    TypeRow{SafetensorsType::U16, "U16", 16},
    TypeRow{SafetensorsType::F16, "F16", 16},
    TypeRow{SafetensorsType::BF16, "BF16", 16},
    TypeRow{SafetensorsType::I32, "I32", 32},
    TypeRow{SafetensorsType::U32, "U32", 32},
    TypeRow{SafetensorsType::F32, "F32", 32},
    TypeRow{SafetensorsType::F64, "F64", 64},
    TypeRow{SafetensorsType::I64, "I64", 64},
    TypeRow{SafetensorsType::U64, "U64", 64},
    TypeRow{SafetensorsType::C64, "C64", 64},
};

constexpr std::uint64_t kLongestHeader = 100'000'000;
constexpr std::size_t kMostTensors = 1U << 15U;
constexpr std::size_t kMostDimensions = 1U << 18U;
constexpr std::size_t kMostKeptBytes = 8U << 20U;  ///< of metadata
constexpr std::size_t kMostNameBytes = 2U << 20U;
constexpr int kDeepestIgnored = 64;
constexpr std::string_view kMetadata = "__metadata__";

const TypeRow& row_of(SafetensorsType type) {
  return kTypes[static_cast<std::size_t>(type)];
}

/// What is read of one entry until its object ends.
struct Draft {
  std::optional<SafetensorsType> type;
  std::optional<std::vector<std::uint64_t>> shape;
  std::optional<std::vector<std::uint64_t>> offsets;
};

/// Takes the header's events one by one, so that no tree of the whole text is ever built.
class HeaderReader : public nlohmann::json_sax<json> {
 public:
  explicit HeaderReader(const std::string& file) : file_(file) {}

  bool null() override {
    if (place_ == Place::Root && name_ == kMetadata) return true;
    return plain_value();
  }
  bool boolean(bool /*value*/) override { return plain_value(); }
  bool number_integer(number_integer_t /*value*/) override { return plain_value(); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return plain_value(); }
  bool binary(binary_t& /*value*/) override { return false; }

  bool number_unsigned(number_unsigned_t value) override {
    if (place_ != Place::Shape && place_ != Place::Offsets) return plain_value();
    if (++dimensions_ > kMostDimensions) refuse("has too many dimensions in all.");
    (place_ == Place::Shape ? draft_.shape : draft_.offsets)->push_back(value);
    return true;
  }

  bool string(string_t& value) override {
    if (place_ == Place::Metadata) {
      keep_metadata(value);
      return true;
    }
    if (place_ != Place::Entry || field_ != Field::Type) return plain_value();
    const auto* const row =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeRow& t) { return t.name == value; });
    if (row == kTypes.end()) refuse_tensor(concat("has the unknown dtype ", in_quotes(value), "."));
    draft_.type = row->type;
    return true;
  }

  bool start_object(std::size_t /*elements*/) override {
    switch (place_) {
      case Place::Start:
        place_ = Place::Root;
        return true;
      case Place::Root:
        place_ = name_ == kMetadata ? Place::Metadata : Place::Entry;
        draft_ = Draft{};
        return true;
      default:
        return ignore_nested();
    }
  }

  bool start_array(std::size_t /*elements*/) override {
    if (place_ != Place::Entry || field_ == Field::Other || field_ == Field::Type) return ignore_nested();
    place_ = field_ == Field::Shape ? Place::Shape : Place::Offsets;
    (place_ == Place::Shape ? draft_.shape : draft_.offsets).emplace();
    return true;
  }

  bool end_object() override {
    if (place_ == Place::Ignored) return leave_nested();
    if (place_ == Place::Entry) add_tensor();
    place_ = place_ == Place::Root ? Place::End : Place::Root;
    return true;
  }

  bool end_array() override {
    if (place_ == Place::Ignored) return leave_nested();
    place_ = Place::Entry;
    return true;
  }

  bool key(string_t& value) override {
    if (place_ == Place::Root) begin_tensor(value);
    if (place_ == Place::Entry) begin_field(value);
    if (place_ == Place::Metadata) begin_metadata(value);
    return true;
  }

  bool parse_error(std::size_t byte, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    refuse("the header " + json_syntax_sentence(byte));
  }

  SafetensorsHeader take() {
    if (place_ != Place::End) refuse("the header is no JSON object.");
    return std::move(header_);
  }

 private:
  enum class Place { Start, Root, Metadata, Entry, Shape, Offsets, Ignored, End };
  enum class Field { Type, Shape, Offsets, Other };

  [[noreturn]] void refuse(const std::string& what) const { throw BadInput(what, file_); }
  [[noreturn]] void refuse_tensor(const std::string& what) const {
    refuse(concat("tensor ", in_quotes(name_), " ", what));
  }

  /// A value that no rule expects where it stands; only unknown fields of an entry may hold anything.
  bool plain_value() {
    if (place_ == Place::Ignored || (place_ == Place::Entry && field_ == Field::Other)) return true;
    switch (place_) {
      case Place::Start:
        refuse("the header is no JSON object.");
      case Place::Metadata:
        refuse(concat("__metadata__ holds something else than text at ", in_quotes(metadata_key_), "."));
      case Place::Entry:
        refuse_tensor("has a dtype, shape or data_offsets of the wrong type.");
      case Place::Shape:
      case Place::Offsets:
        refuse_tensor("has a shape or data_offsets that are no whole numbers from 0 to 2^64-1.");
      default:
        refuse_tensor("is no object with dtype, shape and data_offsets.");
    }
  }

  bool ignore_nested() {
    if (place_ == Place::Entry && field_ == Field::Other) {
      place_ = Place::Ignored;
      ignored_depth_ = 1;
      return true;
    }
    if (place_ != Place::Ignored) return plain_value();
    if (++ignored_depth_ > kDeepestIgnored)
      refuse(concat("the header is nested deeper than ", kDeepestIgnored, " levels."));
    return true;
  }

  bool leave_nested() {
    if (--ignored_depth_ == 0) place_ = Place::Entry;
    return true;
  }

  void begin_tensor(string_t& value) {
    if (value == kMetadata) {
      if (std::exchange(metadata_seen_, true)) refuse("the header gives __metadata__ twice.");
    } else {
      if (header_.tensors.contains(value)) refuse(concat("tensor ", in_quotes(value), " is given twice."));
      if (header_.tensors.size() == kMostTensors) refuse(concat("holds more than ", kMostTensors, " tensors."));
      name_bytes_ += value.size();
      if (name_bytes_ > kMostNameBytes) refuse("the names of its tensors are too long.");
    }
    name_ = std::move(value);
    field_ = Field::Other;
  }

  void begin_field(const string_t& value) {
    field_ = value == "dtype"          ? Field::Type
             : value == "shape"        ? Field::Shape
             : value == "data_offsets" ? Field::Offsets
                                       : Field::Other;
    const bool again = (field_ == Field::Type && draft_.type) || (field_ == Field::Shape && draft_.shape) ||
                       (field_ == Field::Offsets && draft_.offsets);
    if (again) refuse_tensor(concat("gives ", value, " twice."));
  }

  void begin_metadata(string_t& value) {
    if (header_.metadata.contains(value)) refuse(concat("__metadata__ gives the key ", in_quotes(value), " twice."));
    if (header_.metadata.size() == kMostTensors)
      refuse(concat("__metadata__ holds more than ", kMostTensors, " keys."));
    name_bytes_ += value.size();
    if (name_bytes_ > kMostNameBytes) refuse("the keys of its metadata are too long.");
    metadata_key_ = std::move(value);
  }

  void keep_metadata(string_t& value) {
    const bool fits = metadata_bytes_ + value.size() <= kMostKeptBytes;
    metadata_bytes_ += fits ? value.size() : 0;
    header_.metadata[metadata_key_] = fits ? value : std::string();
  }

  void add_tensor() {
    if (!draft_.type) refuse_tensor("has no dtype.");
    if (!draft_.shape) refuse_tensor("has no shape.");
    if (!draft_.offsets || draft_.offsets->size() != 2) refuse_tensor("has no data_offsets of two numbers.");
    SafetensorsEntry entry{*draft_.type, {}, (*draft_.offsets)[0], (*draft_.offsets)[1]};
    check_size(entry);
    for (const std::uint64_t side : *draft_.shape) entry.shape.push_back(static_cast<std::int64_t>(side));
    header_.tensors.emplace(name_, std::move(entry));
  }

  /// Rules on one tensor alone: the product of its shape and bits does not overflow and is what its range holds.
  void check_size(const SafetensorsEntry& entry) const {
    std::uint64_t bits = static_cast<std::uint64_t>(bits_of(entry.type));
    bool empty = false;
    for (const std::uint64_t side : *draft_.shape) {
      const bool fits = side <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
      empty |= side == 0;
      if (!fits || (side != 0 && __builtin_mul_overflow(bits, side, &bits))) {
        refuse_tensor(concat("has a shape whose size overflows: [", shape_text(), "]."));
      }
    }
    bits = empty ? 0 : bits;
    if (bits % 8 != 0) refuse_tensor(concat("has ", bits, " bits, which is no whole number of bytes."));
    if (entry.end < entry.begin) refuse_tensor("ends before it begins.");
    if (entry.end - entry.begin != bits / 8) {
      refuse_tensor(concat("takes ", bits / 8, " bytes by its shape and dtype, but ", entry.end - entry.begin,
                           " bytes by its data_offsets."));
    }
  }

  std::string shape_text() const {
    std::vector<std::string> sides;
    for (const std::uint64_t side : *draft_.shape) sides.push_back(concat(side));
    return join(sides, ",").substr(0, 100);
  }

  const std::string& file_;
  SafetensorsHeader header_;
  Place place_ = Place::Start;
  Field field_ = Field::Other;
  Draft draft_;
  std::string name_;
  std::string metadata_key_;
  bool metadata_seen_ = false;
  int ignored_depth_ = 0;
  std::size_t dimensions_ = 0;
  std::size_t name_bytes_ = 0;
  std::size_t metadata_bytes_ = 0;
};

/// Makes a header's text cheap to parse, in place. The parser copies every text, number and run of blanks: a value of
/// more than kLongestText, which nobody reads, becomes empty, a run of blanks becomes one, and what else is long breaks
/// the format.
class HeaderShortener {
 public:
  HeaderShortener(std::string& text, const std::string& file) : text_(text), file_(file) {}

  void run() {
    while (from_ < text_.size()) {
      const char c = text_[from_];
      if (c == '"') {
        take_string();
      } else if (is_blank(c)) {
        take_blanks();
      } else {
        take_plain(c);
      }
    }
    text_.resize(to_);
  }

 private:
  static bool is_blank(char c) { return std::string_view(" \t\n\r").find(c) != std::string_view::npos; }

  void keep(std::size_t end) {
    while (from_ < end) text_[to_++] = text_[from_++];
  }

  void take_string() {
    std::size_t end = from_ + 1;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    end = std::min(end + 1, text_.size());
    run_ = 0;
    if (end - from_ <= kLongestText) return keep(end);
    require_value(end);
    from_ = end;
    text_[to_++] = '"';
    text_[to_++] = '"';
  }

  void require_value(std::size_t end) const {
    const std::size_t next = text_.find_first_not_of(" \t\n\r", end);
    if (next != std::string::npos && text_[next] == ':') {
      throw BadInput(concat("the header holds a name of more than ", kLongestText >> 20U, " MiB."), file_);
    }
    const bool is_text = std::none_of(text_.begin() + static_cast<std::ptrdiff_t>(from_),
                                      text_.begin() + static_cast<std::ptrdiff_t>(end),
                                      [](char c) { return static_cast<unsigned char>(c) < 0x20U; });
    if (!is_text) throw BadInput("the header holds a text with a control character.", file_);
  }

  void take_blanks() {
    text_[to_++] = ' ';
    while (from_ < text_.size() && is_blank(text_[from_])) ++from_;
    run_ = 0;
  }

  void take_plain(char c) {
    run_ = std::string_view("{}[],:").find(c) == std::string_view::npos ? run_ + 1 : 0;
    if (run_ > kLongestNumber) throw BadInput("the header holds a number that is too long.", file_);
    keep(from_ + 1);
  }

  static constexpr std::size_t kLongestText = 1U << 20U;
  static constexpr std::size_t kLongestNumber = 1024;

  std::string& text_;
  const std::string& file_;
  std::size_t from_ = 0, to_ = 0;
  std::size_t run_ = 0;  ///< characters of a number or word so far
};

std::string tensor_name(const std::pair<const std::string, SafetensorsEntry>* tensor) {
  return in_quotes(tensor->first);
}

/// Rules on all tensors together: in the order of their offsets they cover the data from its first to its last byte.
void check_coverage(const SafetensorsHeader& header, std::uint64_t data_size, const std::string& file) {
  std::vector<const std::pair<const std::string, SafetensorsEntry>*> tensors;
  for (const auto& tensor : header.tensors) tensors.push_back(&tensor);
  std::stable_sort(tensors.begin(), tensors.end(), [](const auto* a, const auto* b) {
    return std::pair(a->second.begin, a->second.end) < std::pair(b->second.begin, b->second.end);
  });
  std::uint64_t covered = 0;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const SafetensorsEntry& entry = tensors[i]->second;
    if (entry.begin != covered) {
      throw BadInput(concat("tensor ", tensor_name(tensors[i]), " begins at ", entry.begin, " of the data, but ",
                            covered, " was expected: ranges must neither overlap nor leave holes."),
                     file);
    }
    covered = entry.end;
  }
  if (covered != data_size) {
    throw BadInput(concat("holds ", data_size, " bytes of data, but its header describes ", covered,
                          covered > data_size ? "; the file is cut off." : "; there are bytes too many."),
                   file, covered > data_size ? "Fetch it again." : "");
  }
}

}  // namespace

std::string_view name_of(SafetensorsType type) {
  return row_of(type).name;
}

int bits_of(SafetensorsType type) {
  return row_of(type).bits;
}

std::uint64_t safetensors_header_length(std::string_view first_bytes, std::uint64_t file_size,
                                        const std::string& file) {
  refuse_stand_ins(first_bytes, file);
  if (file_size < 8) {
    throw BadInput(concat("is ", file_size, " bytes long; a safetensors file begins with eight bytes of length."),
                   file);
  }
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < 8; ++i) length |= std::uint64_t{static_cast<unsigned char>(first_bytes[i])} << (8 * i);
  if (length > kLongestHeader) {
    throw BadInput(concat("is no safetensors file: its header would be ", length, " bytes long, at most ",
                          kLongestHeader, " are allowed."),
                   file);
  }
  if (length > file_size - 8) {
    throw BadInput(concat("its header should be ", length, " bytes long, but only ", file_size - 8, " follow."), file,
                   "The file is cut off or is no safetensors file; fetch it again.");
  }
  return length;
}

SafetensorsHeader parse_safetensors_header(std::string text, std::uint64_t data_size, const std::string& file) {
  require_json_text(text, file);
  if (!text.starts_with('{')) throw BadInput("the header does not begin with '{'.", file);
  const std::uint64_t data_start = 8 + text.size();
  HeaderShortener(text, file).run();
  HeaderReader reader(file);
  sax_parse_json(text, reader);
  SafetensorsHeader header = reader.take();
  check_coverage(header, data_size, file);
  header.data_start = data_start;
  return header;
}

SafetensorsHeader parse_safetensors(std::string_view bytes, const std::string& file) {
  const std::uint64_t length = safetensors_header_length(bytes.substr(0, 512), bytes.size(), file);
  return parse_safetensors_header(std::string(bytes.substr(8, length)), bytes.size() - 8 - length, file);
}

}  // namespace tstitch
