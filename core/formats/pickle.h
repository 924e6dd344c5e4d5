#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tstitch {

/// What a pickle holds, as inert values: nothing is ever imported, called or built. Values refer to each other by index
/// (PickleRef), so that one which is mentioned many times exists once, and no destructor runs deep.
using PickleRef = std::uint32_t;

struct PickleValue {
  enum class Kind {
    None,
    Bool,
    Int,
    Float,
    Text,
    Bytes,
    Tuple,
    List,
    Dict,        ///< `items`: key, value, key, value, ...; a collections.OrderedDict is one too
    Global,      ///< `text` is its module, `name` its name
    Call,        ///< what a global would have made: `items` are the callable, its arguments' tuple and, where it was
                 ///< given a dict as its state, that
    Persistent,  ///< `items` is the one value that a persistent id is made of
    Opaque       ///< sets, and whatever else has no meaning here
  };

  Kind kind = Kind::None;
  std::int64_t number = 0;  ///< of Bool and Int; integers beyond 64 bits are Opaque
  std::string_view text;    ///< of Text, Bytes and Global; points into the pickle
  std::string_view name;    ///< of Global
  std::vector<PickleRef> items;

  [[nodiscard]] bool is_global(std::string_view module, std::string_view global) const {
    return kind == Kind::Global && text == module && name == global;
  }
};

struct Pickle {
  std::vector<PickleValue> values;
  PickleRef root = 0;
  std::size_t bytes = 0;  ///< of the pickle: others may stand behind it

  [[nodiscard]] const PickleValue& at(PickleRef ref) const { return values[ref]; }
};

/// Reads a pickle of protocol 2 to 5. The work is linear in its length. Bounds: 2^19 values, as many on the stack and
/// in the memo, 2^22 mentions of values in all. Throws BadInput naming `file` for a pickle that is cut off, malformed,
/// beyond a bound, or uses an opcode that no saved model needs. `bytes` must outlive the result.
Pickle read_pickle(std::string_view bytes, const std::string& file);

}  // namespace tstitch
