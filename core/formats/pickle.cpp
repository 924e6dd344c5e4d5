#include "core/formats/pickle.h"

#include <unordered_map>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {
namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t kMostValues = 1U << 19U;
constexpr std::size_t kMostMentions = 1U << 22U;
constexpr std::uint64_t kOldestProtocol = 2;
constexpr std::uint64_t kNewestProtocol = 5;

/// Opcodes by their names in Python's pickletools.
enum Opcode : unsigned char {
  kMark = '(',
  kStop = '.',
  kPop = '0',
  kPopMark = '1',
  kDup = '2',
  kBinFloat = 'G',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kNone = 'N',
  kBinPersId = 'Q',
  kReduce = 'R',
  kBinString = 'T',
  kShortBinString = 'U',
  kBinUnicode = 'X',
  kAppend = 'a',
  kBuild = 'b',
  kGlobal = 'c',
  kAppends = 'e',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kSetItem = 's',
  kTuple = 't',
  kSetItems = 'u',
  kEmptyDict = '}',
  kEmptyList = ']',
  kEmptyTuple = ')',
  kBinBytes = 'B',
  kShortBinBytes = 'C',
  kProto = 0x80,
  kNewObj = 0x81,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8a,
  kLong4 = 0x8b,
  kShortBinUnicode = 0x8c,
  kBinUnicode8 = 0x8d,
  kBinBytes8 = 0x8e,
  kEmptySet = 0x8f,
  kAddItems = 0x90,
  kFrozenSet = 0x91,
  kNewObjEx = 0x92,
  kStackGlobal = 0x93,
  kMemoize = 0x94,
  kFrame = 0x95,
};

class PickleMachine {
 public:
  PickleMachine(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  Pickle run() {
    const bool announced = number(1) == kProto;
    const std::uint64_t protocol = announced ? number(1) : 0;
    if (protocol < kOldestProtocol || protocol > kNewestProtocol) {
      refuse("does not begin as a pickle of protocol 2 to 5.");
    }
    while (!stopped_) step(static_cast<unsigned char>(take(1).front()));
    pickle_.bytes = at_;
    return std::move(pickle_);
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw BadInput(concat("its pickle ", what), file_, "The file is damaged or hostile; fetch it again.");
  }

  /// The next `size` bytes.
  std::string_view take(std::uint64_t size) {
    if (size > bytes_.size() - at_) refuse("is cut off.");
    const std::string_view taken = bytes_.substr(at_, static_cast<std::size_t>(size));
    at_ += taken.size();
    return taken;
  }
  std::string_view line() {
    const std::size_t end = bytes_.find('\n', at_);
    if (end == std::string_view::npos) refuse("is cut off.");
    const std::string_view taken = take(end - at_);
    take(1);
    return taken;
  }
  std::uint64_t number(std::size_t width) {
    const std::string_view taken = take(width);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value |= std::uint64_t{static_cast<unsigned char>(taken[i])} << (8 * i);
    return value;
  }

  PickleRef make(PickleValue value) {
    if (pickle_.values.size() == kMostValues) refuse(concat("holds more than ", kMostValues, " values."));
    pickle_.values.push_back(std::move(value));
    return static_cast<PickleRef>(pickle_.values.size() - 1);
  }
  void push(PickleRef ref) {
    if (stack_.size() == kMostValues) refuse("needs too long a stack.");
    stack_.push_back(ref);
  }
  void push_new(Kind kind, std::vector<PickleRef> items = {}) {
    mention(items.size());
    push(make({.kind = kind, .number = 0, .text = {}, .name = {}, .items = std::move(items)}));
  }
  void push_text(Kind kind, std::uint64_t size) {
    push(make({.kind = kind, .number = 0, .text = take(size), .name = {}, .items = {}}));
  }
  void push_number(Kind kind, std::int64_t value) {
    push(make({.kind = kind, .number = value, .text = {}, .name = {}, .items = {}}));
  }
  void mention(std::size_t count) {
    mentions_ += count;
    if (mentions_ > kMostMentions) refuse(concat("mentions values more than ", kMostMentions, " times."));
  }

  /// The lowest place of the stack that is above the last mark.
  [[nodiscard]] std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
  PickleRef pop() {
    if (stack_.size() <= floor()) refuse("takes more from its stack than there is.");
    const PickleRef ref = stack_.back();
    stack_.pop_back();
    return ref;
  }
  PickleRef top() const {
    if (stack_.size() <= floor()) refuse("takes more from its stack than there is.");
    return stack_.back();
  }
  std::vector<PickleRef> pop_to_mark() {
    if (marks_.empty()) refuse("lacks a mark.");
    const auto first = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<PickleRef> items(first, stack_.end());
    stack_.erase(first, stack_.end());
    marks_.pop_back();
    return items;
  }
  std::vector<PickleRef> pop_many(std::size_t count) {
    std::vector<PickleRef> items(count);
    for (std::size_t i = count; i > 0; --i) items[i - 1] = pop();
    return items;
  }

  void step(unsigned char opcode) {
    if (step_value(opcode) || step_container(opcode) || step_object(opcode) || step_memo(opcode)) return;
    constexpr std::string_view kDigits = "0123456789abcdef";
    refuse(concat("uses the opcode 0x", kDigits[opcode / 16U], kDigits[opcode % 16U],
                  ", which no model saved by torch needs."));
  }

  /// Numbers, texts and bytes.
  bool step_value(unsigned char opcode) {
    switch (opcode) {
      case kNone:
        push_new(Kind::None);
        return true;
      case kNewTrue:
      case kNewFalse:
        push_number(Kind::Bool, opcode == kNewTrue ? 1 : 0);
        return true;
      case kBinInt1:
        push_number(Kind::Int, static_cast<std::int64_t>(number(1)));
        return true;
      case kBinInt2:
        push_number(Kind::Int, static_cast<std::int64_t>(number(2)));
        return true;
      case kBinInt:
        push_number(Kind::Int, static_cast<std::int32_t>(number(4)));
        return true;
      case kLong1:
        push_long(number(1));
        return true;
      case kLong4:
        push_long(number(4));
        return true;
      case kBinFloat:
        take(8);
        push_new(Kind::Float);
        return true;
      default:
        return step_text(opcode);
    }
  }

  bool step_text(unsigned char opcode) {
    switch (opcode) {
      case kBinUnicode:
        push_text(Kind::Text, number(4));
        return true;
      case kShortBinUnicode:
        push_text(Kind::Text, number(1));
        return true;
      case kBinUnicode8:
        push_text(Kind::Text, number(8));
        return true;
      case kBinString:  // Python 2's text
        push_text(Kind::Text, number(4));
        return true;
      case kShortBinString:
        push_text(Kind::Text, number(1));
        return true;
      case kBinBytes:
        push_text(Kind::Bytes, number(4));
        return true;
      case kShortBinBytes:
        push_text(Kind::Bytes, number(1));
        return true;
      case kBinBytes8:
        push_text(Kind::Bytes, number(8));
        return true;
      default:
        return false;
    }
  }

  /// A little-endian number in two's complement of any length.
  void push_long(std::uint64_t size) {
    const std::string_view digits = take(size);
    if (size > sizeof(std::int64_t)) return push_new(Kind::Opaque);
    std::uint64_t value = size > 0 && (digits.back() & '\x80') != 0 ? ~std::uint64_t{0} : 0;
    for (std::size_t i = digits.size(); i > 0; --i) value = value << 8U | static_cast<unsigned char>(digits[i - 1]);
    push_number(Kind::Int, static_cast<std::int64_t>(value));
  }

  bool step_container(unsigned char opcode) {
    switch (opcode) {
      case kMark:
        if (marks_.size() == kMostValues) refuse("needs too long a stack.");
        marks_.push_back(stack_.size());
        return true;
      case kEmptyTuple:
        push_new(Kind::Tuple);
        return true;
      case kEmptyList:
        push_new(Kind::List);
        return true;
      case kEmptyDict:
        push_new(Kind::Dict);
        return true;
      case kTuple:
        push_new(Kind::Tuple, pop_to_mark());
        return true;
      case kTuple1:
      case kTuple2:
      case kTuple3:
        push_new(Kind::Tuple, pop_many(opcode - kTuple1 + 1U));
        return true;
      case kEmptySet:
        push_new(Kind::Opaque);
        return true;
      case kFrozenSet:
        pop_to_mark();
        push_new(Kind::Opaque);
        return true;
      default:
        return step_filling(opcode);
    }
  }

  bool step_filling(unsigned char opcode) {
    switch (opcode) {
      case kAppend:
        fill(Kind::List, pop_many(1));
        return true;
      case kAppends:
        fill(Kind::List, pop_to_mark());
        return true;
      case kAddItems:
        fill(Kind::Opaque, pop_to_mark());
        return true;
      case kSetItem:
        fill(Kind::Dict, pop_many(2));
        return true;
      case kSetItems:
        fill(Kind::Dict, pop_to_mark());
        return true;
      default:
        return false;
    }
  }

  /// Items go into a container of their kind; into what a global made they go unseen.
  void fill(Kind kind, const std::vector<PickleRef>& items) {
    if (kind == Kind::Dict && items.size() % 2 != 0) refuse("sets a key without a value.");
    PickleValue& target = pickle_.values[top()];
    if (target.kind == Kind::Opaque || target.kind == Kind::Call) return;
    if (target.kind != kind) refuse("puts items into something that takes none.");
    mention(items.size());
    target.items.insert(target.items.end(), items.begin(), items.end());
  }

  /// Globals and what would be done with them.
  bool step_object(unsigned char opcode) {
    switch (opcode) {
      case kGlobal: {
        const std::string_view module = line();
        push_global(module, line());
        return true;
      }
      case kStackGlobal: {
        const std::vector<PickleRef> names = pop_many(2);
        push_global(text_of(names[0]), text_of(names[1]));
        return true;
      }
      case kReduce:
      case kNewObj:
        call(pop_many(2));
        return true;
      case kNewObjEx:
        pop_many(3);
        push_new(Kind::Opaque);
        return true;
      case kBuild:
        give_state(pop());
        return true;
      case kBinPersId:
        push_new(Kind::Persistent, pop_many(1));
        return true;
      default:
        return false;
    }
  }

  /// What an object holds, where it is a dict, stays with the call that would have made it.
  void give_state(PickleRef state) {
    PickleValue& made = pickle_.values[top()];
    if (made.kind != Kind::Call || made.items.size() != 2 || pickle_.at(state).kind != Kind::Dict) return;
    mention(1);
    made.items.push_back(state);
  }

  std::string_view text_of(PickleRef ref) const {
    if (pickle_.at(ref).kind != Kind::Text) refuse("names a global by something else than text.");
    return pickle_.at(ref).text;
  }

  void push_global(std::string_view module, std::string_view name) {
    push(make({.kind = Kind::Global, .number = 0, .text = module, .name = name, .items = {}}));
  }

  /// An OrderedDict is a dict, empty or of the pairs it is made from; all other calls are kept as they stand.
  void call(const std::vector<PickleRef>& callable_and_arguments) {
    const PickleValue& arguments = pickle_.at(callable_and_arguments[1]);
    if (arguments.kind != Kind::Tuple) refuse("calls something without a tuple of arguments.");
    if (!pickle_.at(callable_and_arguments[0]).is_global("collections", "OrderedDict")) {
      return push_new(Kind::Call, callable_and_arguments);
    }
    push_new(Kind::Dict, arguments.items.empty() ? std::vector<PickleRef>() : pairs_of(arguments.items.front()));
  }

  std::vector<PickleRef> pairs_of(PickleRef list) const {
    std::vector<PickleRef> items;
    for (const PickleRef pair : pickle_.at(list).items) {
      const PickleValue& value = pickle_.at(pair);
      if (value.items.size() != 2) refuse("makes a dict of something else than pairs.");
      items.insert(items.end(), value.items.begin(), value.items.end());
      if (items.size() > kMostMentions) refuse(concat("mentions values more than ", kMostMentions, " times."));
    }
    return items;
  }

  /// The memo and what else moves values without making any.
  bool step_memo(unsigned char opcode) {
    switch (opcode) {
      case kBinPut:
        return remember(number(1));
      case kLongBinPut:
        return remember(number(4));
      case kMemoize:
        return remember(memo_.size());
      case kBinGet:
        return recall(number(1));
      case kLongBinGet:
        return recall(number(4));
      case kPop:
        pop();
        return true;
      case kPopMark:
        pop_to_mark();
        return true;
      case kDup:
        push(top());
        return true;
      case kProto:
        take(1);
        return true;
      case kFrame:
        take(8);
        return true;
      case kStop:
        pickle_.root = pop();
        stopped_ = true;
        return true;
      default:
        return false;
    }
  }

  bool remember(std::uint64_t key) {
    memo_[key] = top();
    if (memo_.size() > kMostValues) refuse("remembers too many values.");
    return true;
  }
  bool recall(std::uint64_t key) {
    const auto known = memo_.find(key);
    if (known == memo_.end()) refuse("recalls a value that it never remembered.");
    push(known->second);
    return true;
  }

  std::string_view bytes_;
  const std::string& file_;
  std::size_t at_ = 0;
  bool stopped_ = false;
  std::vector<PickleRef> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, PickleRef> memo_;
  std::size_t mentions_ = 0;
  Pickle pickle_;
};

}  // namespace

Pickle read_pickle(std::string_view bytes, const std::string& file) {
  return PickleMachine(bytes, file).run();
}

}  // namespace tstitch
