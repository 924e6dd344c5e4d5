#include "core/formats/torch_tensors.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {
namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t kMostTensors = 1U << 15U;
constexpr std::size_t kMostTexts = 64;
constexpr std::size_t kMostVisits = 1U << 20U;
constexpr std::size_t kMostNameBytes = 2U << 20U;
constexpr std::size_t kLongestName = 1024;
constexpr std::size_t kLongestKey = 256;  ///< of a storage
constexpr std::size_t kDeepest = 64;
constexpr std::size_t kMostDimensions = 64;
constexpr std::uint64_t kMostElements = std::uint64_t{1} << 56U;  ///< also of a tensor without any, its zeros left out

struct TypeName {
  std::string_view name;
  SafetensorsType type;
};

/// Storage classes of the module torch.
constexpr std::array kStorageTypes{
    TypeName{"FloatStorage", SafetensorsType::F32},        TypeName{"HalfStorage", SafetensorsType::F16},
    TypeName{"BFloat16Storage", SafetensorsType::BF16},    TypeName{"DoubleStorage", SafetensorsType::F64},
    TypeName{"LongStorage", SafetensorsType::I64},         TypeName{"IntStorage", SafetensorsType::I32},
    TypeName{"ShortStorage", SafetensorsType::I16},        TypeName{"CharStorage", SafetensorsType::I8},
    TypeName{"ByteStorage", SafetensorsType::U8},          TypeName{"BoolStorage", SafetensorsType::Bool},
    TypeName{"ComplexFloatStorage", SafetensorsType::C64},
};

/// Types that have no storage class: the tensor names them itself.
constexpr std::array kTensorTypes{
    TypeName{"float8_e4m3fn", SafetensorsType::F8E4M3},
    TypeName{"float8_e5m2", SafetensorsType::F8E5M2},
    TypeName{"float8_e4m3fnuz", SafetensorsType::F8E4M3Fnuz},
    TypeName{"float8_e5m2fnuz", SafetensorsType::F8E5M2Fnuz},
    TypeName{"float8_e8m0fnu", SafetensorsType::F8E8M0},
    TypeName{"uint16", SafetensorsType::U16},
    TypeName{"uint32", SafetensorsType::U32},
    TypeName{"uint64", SafetensorsType::U64},
};

template <class Table>
std::optional<SafetensorsType> type_named(const Table& table, std::string_view name) {
  const auto* const row = std::find_if(table.begin(), table.end(), [&](const TypeName& t) { return t.name == name; });
  return row == table.end() ? std::nullopt : std::optional(row->type);
}

/// A storage as the pickle refers to it.
struct Storage {
  std::optional<SafetensorsType> type;  ///< none: bytes, whose type the tensor names
  std::uint64_t begin = 0;
  std::uint64_t bytes = 0;
};

/// Reads tensors off the values of a pickle.
class TensorFinder {
 public:
  TensorFinder(const ByteSource& file, const Pickle& pickle, const StorageTable& storages)
      : file_(file), pickle_(pickle), storages_(storages) {}

  TorchArchive find() {
    visit(pickle_.root, {}, 0);
    if (archive_.tensors.empty()) refuse_without_tensors();
    return std::move(archive_);
  }

 private:
  [[noreturn]] void refuse(const std::string& name, const std::string& what) const {
    throw BadInput(concat("tensor ", in_quotes(name), " ", what), file_.label());
  }

  [[noreturn]] void refuse_without_tensors() const {
    const PickleValue& root = pickle_.at(pickle_.root);
    if (root.kind == Kind::Call && pickle_.at(root.items[0]).kind == Kind::Global) {
      const PickleValue& made = pickle_.at(root.items[0]);
      throw BadInput(concat("holds an object of ", in_quotes(concat(made.text, ".", made.name)),
                            ", not a dict of tensors; objects are never built."),
                     file_.label(), "Save its state_dict() instead.");
    }
    throw BadInput("holds no dict of tensors.", file_.label());
  }

  void visit(PickleRef ref, const std::string& name, std::size_t depth) {
    if (++visits_ > kMostVisits) throw BadInput("its dicts hold too many values.", file_.label());
    const PickleValue& value = pickle_.at(ref);
    if (value.kind == Kind::Text && depth == 1) note(name, value.text);
    if (value.kind == Kind::Call) {
      if (const auto parameters = parameters_of(value)) return visit(*parameters, name, depth);
      if (auto tensor = tensor_of(value, name)) add(name, std::move(*tensor));
      return;
    }
    if (value.kind != Kind::Dict) return;
    if (depth == kDeepest)
      throw BadInput(concat("its dicts are nested deeper than ", kDeepest, " levels."), file_.label());
    for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
      const auto key = key_of(pickle_.at(value.items[i]));
      if (!key || name.size() + key->size() > kLongestName) continue;
      visit(value.items[i + 1], name.empty() ? *key : concat(name, ".", *key), depth + 1);
    }
  }

  static std::optional<std::string> key_of(const PickleValue& key) {
    if (key.kind == Kind::Text) return std::string(key.text.substr(0, kLongestName + 1));
    if (key.kind == Kind::Int) return concat(key.number);
    return std::nullopt;
  }

  void add(const std::string& name, TorchTensor tensor) {
    if (archive_.tensors.size() == kMostTensors) {
      throw BadInput(concat("holds more than ", kMostTensors, " tensors."), file_.label());
    }
    name_bytes_ += name.size();
    if (name_bytes_ > kMostNameBytes) throw BadInput("the names of its tensors are too long.", file_.label());
    if (!is_valid_utf8(name)) refuse(name, "has a name that is no text.");
    if (!archive_.tensors.emplace(name, std::move(tensor)).second) refuse(name, "is given twice.");
  }

  void note(const std::string& name, std::string_view text) {
    const bool fits = archive_.texts.size() < kMostTexts && text.size() <= kLongestName;
    if (fits && is_valid_utf8(name) && is_valid_utf8(text)) archive_.texts.emplace(name, text);
  }

  /// The dict inside a torch.nn.ParameterDict.
  std::optional<PickleRef> parameters_of(const PickleValue& call) const {
    const PickleValue& callable = pickle_.at(call.items[0]);
    if (call.items.size() < 3 || !callable.is_global("torch.nn.modules.container", "ParameterDict")) {
      return std::nullopt;
    }
    const std::vector<PickleRef>& state = pickle_.at(call.items[2]).items;
    for (std::size_t i = 0; i + 1 < state.size(); i += 2) {
      const PickleValue& key = pickle_.at(state[i]);
      const bool is_dict = pickle_.at(state[i + 1]).kind == Kind::Dict;
      if (key.kind == Kind::Text && key.text == "_parameters" && is_dict) return state[i + 1];
    }
    return std::nullopt;
  }

  /// None for a call that makes no tensor.
  std::optional<TorchTensor> tensor_of(const PickleValue& call, const std::string& name) const {
    const PickleValue* made = &call;
    for (int wrappers = 0; wrappers < 4; ++wrappers) {
      const PickleValue& callable = pickle_.at(made->items[0]);
      const std::vector<PickleRef>& arguments = pickle_.at(made->items[1]).items;
      if (is_parameter(callable)) {
        if (arguments.empty() || pickle_.at(arguments[0]).kind != Kind::Call) return std::nullopt;
        made = &pickle_.at(arguments[0]);
      } else if (callable.is_global("torch._tensor", "_rebuild_from_type_v2")) {
        if (arguments.size() != 4 || pickle_.at(arguments[2]).kind != Kind::Tuple) return std::nullopt;
        return rebuild(pickle_.at(arguments[0]), pickle_.at(arguments[2]).items, name);
      } else {
        return rebuild(callable, arguments, name);
      }
    }
    return std::nullopt;
  }

  static bool is_parameter(const PickleValue& callable) {
    return callable.is_global("torch._utils", "_rebuild_parameter") ||
           callable.is_global("torch._utils", "_rebuild_parameter_with_state");
  }

  /// (storage, offset, size, strides, requires_grad, hooks[, type]).
  std::optional<TorchTensor> rebuild(const PickleValue& callable, const std::vector<PickleRef>& arguments,
                                     const std::string& name) const {
    const bool plain = callable.is_global("torch._utils", "_rebuild_tensor");
    const bool second = callable.is_global("torch._utils", "_rebuild_tensor_v2");
    const bool third = callable.is_global("torch._utils", "_rebuild_tensor_v3");
    if (!plain && !second && !third) return std::nullopt;
    const std::size_t least = plain ? 4 : second ? 6 : 7;
    if (arguments.size() < least || arguments.size() > least + 1)
      refuse(name, "is described by a wrong number of values.");
    const auto storage = storage_of(pickle_.at(arguments[0]), name);
    if (!storage) return std::nullopt;
    const auto type = third ? type_named(kTensorTypes, torch_name(pickle_.at(arguments[6]))) : storage->type;
    if (!type) return std::nullopt;
    TorchTensor tensor;
    tensor.type = *type;
    tensor.shape = sides_of(pickle_.at(arguments[2]), name);
    tensor.strides = sides_of(pickle_.at(arguments[3]), name);
    place(tensor, *storage, pickle_.at(arguments[1]), name);
    return tensor;
  }

  static std::string_view torch_name(const PickleValue& value) {
    return value.kind == Kind::Global && value.text == "torch" ? value.name : std::string_view();
  }

  /// The persistent id ("storage", class, key, location, elements). None for a class whose elements are not known.
  std::optional<Storage> storage_of(const PickleValue& value, const std::string& name) const {
    if (value.kind != Kind::Persistent) refuse(name, "has no storage.");
    const PickleValue& id = pickle_.at(value.items[0]);
    if (id.kind != Kind::Tuple || id.items.size() < 5 || pickle_.at(id.items[0]).text != "storage" ||
        pickle_.at(id.items[2]).kind != Kind::Text || pickle_.at(id.items[4]).kind != Kind::Int) {
      refuse(name, "has a malformed storage.");
    }
    const PickleValue& kind = pickle_.at(id.items[1]);
    Storage storage;
    storage.type = type_named(kStorageTypes, torch_name(kind));
    if (!storage.type && !kind.is_global("torch.storage", "UntypedStorage")) return std::nullopt;
    const std::int64_t elements = pickle_.at(id.items[4]).number;
    if (pickle_.at(id.items[2]).text.size() > kLongestKey) refuse(name, "has a malformed storage.");
    const std::string key(pickle_.at(id.items[2]).text);
    const auto entry = storages_.find(key);
    if (entry == storages_.end()) refuse(name, concat("has no storage in the file: ", in_quotes(key), " is missing."));
    const std::uint64_t width = storage.type ? static_cast<std::uint64_t>(bits_of(*storage.type)) / 8 : 1;
    if (elements < 0 || static_cast<std::uint64_t>(elements) > entry->second.size / width) {
      refuse(name,
             concat("has a storage of ", elements, " elements, but its record holds ", entry->second.size, " bytes."));
    }
    storage.begin = entry->second.begin;
    storage.bytes = static_cast<std::uint64_t>(elements) * width;
    if (id.items.size() > 5) narrow(storage, pickle_.at(id.items[5]), width, name);
    return storage;
  }

  /// Before torch 0.4 a storage could be a part of another: (key, offset, elements).
  void narrow(Storage& storage, const PickleValue& view, std::uint64_t width, const std::string& name) const {
    if (view.kind == Kind::None) return;
    const bool fits = view.kind == Kind::Tuple && view.items.size() == 3 &&
                      pickle_.at(view.items[1]).kind == Kind::Int && pickle_.at(view.items[2]).kind == Kind::Int;
    if (!fits) refuse(name, "has a malformed storage.");
    const std::int64_t offset = pickle_.at(view.items[1]).number, count = pickle_.at(view.items[2]).number;
    const std::uint64_t most = storage.bytes / width;
    const bool inside = offset >= 0 && count >= 0 && static_cast<std::uint64_t>(offset) <= most &&
                        static_cast<std::uint64_t>(count) <= most - static_cast<std::uint64_t>(offset);
    if (!inside) refuse(name, "reaches beyond its storage.");
    storage.begin += static_cast<std::uint64_t>(offset) * width;
    storage.bytes = static_cast<std::uint64_t>(count) * width;
  }

  std::vector<std::int64_t> sides_of(const PickleValue& value, const std::string& name) const {
    if (value.kind != Kind::Tuple || value.items.size() > kMostDimensions) refuse(name, "has a malformed shape.");
    std::vector<std::int64_t> sides;
    for (const PickleRef ref : value.items) {
      const PickleValue& side = pickle_.at(ref);
      if (side.kind != Kind::Int || side.number < 0) refuse(name, "has a malformed shape.");
      sides.push_back(side.number);
    }
    return sides;
  }

  /// Where the tensor lies in the file; it must not reach beyond its storage, nor hold more elements than that has.
  void place(TorchTensor& tensor, const Storage& storage, const PickleValue& offset, const std::string& name) const {
    if (tensor.strides.size() != tensor.shape.size()) refuse(name, "has a malformed shape.");
    if (offset.kind != Kind::Int || offset.number < 0) refuse(name, "has a malformed offset.");
    const std::uint64_t width = static_cast<std::uint64_t>(bits_of(tensor.type)) / 8;
    const std::uint64_t available = storage.bytes / width;
    std::uint64_t count = 1;
    std::uint64_t reach = 1;  // behind the last element, from the first on
    bool fits = true;
    bool empty = false;
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
      const auto side = static_cast<std::uint64_t>(tensor.shape[i]);
      empty |= side == 0;
      if (side == 0) continue;
      std::uint64_t step = 0;
      fits &= !__builtin_mul_overflow(count, side, &count) && count <= kMostElements;
      fits &= !__builtin_mul_overflow(side - 1, static_cast<std::uint64_t>(tensor.strides[i]), &step);
      fits &= !__builtin_add_overflow(reach, step, &reach);
    }
    if (empty) reach = 0;
    const auto first = static_cast<std::uint64_t>(offset.number);
    if (!fits || first > available || reach > available - first) refuse(name, "reaches beyond its storage.");
    if (!empty && count > available) refuse(name, "repeats the elements of its storage, which is not read.");
    tensor.begin = storage.begin + first * width;
    tensor.end = tensor.begin + reach * width;
  }

  const ByteSource& file_;
  const Pickle& pickle_;
  const StorageTable& storages_;
  TorchArchive archive_;
  std::size_t visits_ = 0;
  std::size_t name_bytes_ = 0;
};

}  // namespace

std::uint64_t storage_width(const PickleValue& storage_class) {
  const bool torch = storage_class.kind == Kind::Global && storage_class.text == "torch";
  const auto type = type_named(kStorageTypes, torch ? storage_class.name : std::string_view());
  if (type) return static_cast<std::uint64_t>(bits_of(*type)) / 8;
  return storage_class.is_global("torch.storage", "UntypedStorage") ? 1 : 0;
}

TorchArchive tensors_of(const Pickle& pickle, const StorageTable& storages, const ByteSource& file) {
  return TensorFinder(file, pickle, storages).find();
}

}  // namespace tstitch
