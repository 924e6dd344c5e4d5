#include "core/engine/wire/message.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/base/json_fields.h"
#include "core/base/text.h"

namespace tstitch::wire {

namespace {

using nlohmann::json;

/// Other messages pass between two pieces, and a slow connection has carried one long before it counts as silent.
constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;
constexpr std::size_t kMostOpenPieces = 1U << 16U;
constexpr const char* kWhere = "frame";

[[noreturn]] void refuse(const std::string& what) {
  throw BadInput(what, kWhere);
}

std::string text_of(const json& head) {
  return head.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::uint64_t size_of(const json& size) {
  if (!size.is_number_unsigned()) refuse("an attachment's size is no whole number.");
  return size.get<std::uint64_t>();
}

}  // namespace

bool MessageWriter::write(const std::string& frame) {
  const std::lock_guard lock(mutex_);
  return write_(frame);
}

bool MessageWriter::send(const Message& message) {
  std::size_t together = 0;
  std::vector<std::string_view> attached;
  json list = json::array();
  for (const std::string& blob : message.blobs) {
    if (together + blob.size() <= kPieceBytes) {
      together += blob.size();
      attached.emplace_back(blob);
      list.push_back(blob.size());
      continue;
    }
    std::uint64_t number = 0;
    {
      const std::lock_guard lock(mutex_);
      number = pieces_++;
    }
    list.push_back(json::object());
    list.back()["piece"] = number;
    for (std::size_t at = 0; at < blob.size(); at += kPieceBytes) {
      const std::string_view piece = std::string_view(blob).substr(at, kPieceBytes);
      const json head{{"piece", number}, {"of", blob.size()}, {"attachments", json::array({piece.size()})}};
      if (!write(framed(text_of(head), {piece}))) return false;
    }
  }
  json head = message.head;
  head["attachments"] = std::move(list);
  const std::string text = text_of(head);
  if (text.size() + together + 2 * kFrameHeaderBytes > kMostFrameBytes) {
    throw BadInput(concat("is ", text.size(), " bytes long; at most 16 MiB can be told at once."), "message");
  }
  return write(framed(text, attached));
}

std::optional<Message> MessageReader::next() {
  while (std::optional<Frame> frame = cutter_.next()) {
    if (!frame->head.contains("of")) return completed(std::move(*frame));
    keep_piece(*frame);
  }
  return std::nullopt;
}

void MessageReader::keep_piece(const Frame& frame) {
  const JsonFields fields(frame.head, kWhere);
  const std::uint64_t number = fields.unsigned_integer("piece");
  const std::uint64_t of = fields.unsigned_integer("of");
  if (of > kMostBlobBytes) refuse(concat("pieces of ", of, " bytes; at most ", kMostBlobBytes, " are taken."));
  if (frame.attachments.empty()) refuse("a piece without bytes.");
  if (!open_.contains(number) && open_.size() >= kMostOpenPieces) refuse("too many pieces at once.");
  Open& open = open_.try_emplace(number, Open{of, {}}).first->second;
  if (open.of != of || frame.attachments.size() > of - open.bytes.size()) {
    refuse(concat("the pieces ", number, " are longer than they are said to be."));
  }
  open_bytes_ += frame.attachments.size();
  if (open_bytes_ > most_open_bytes_) refuse("too many pieces at once.");
  open.bytes += frame.attachments;
}

std::string MessageReader::taken(std::uint64_t piece) {
  const auto found = open_.find(piece);
  if (found == open_.end()) refuse(concat("the pieces ", piece, " are not there."));
  if (found->second.bytes.size() != found->second.of) refuse(concat("the pieces ", piece, " are not all there."));
  std::string bytes = std::move(found->second.bytes);
  open_bytes_ -= bytes.size();
  open_.erase(found);
  return bytes;
}

Message MessageReader::completed(Frame frame) {
  Message message;
  std::size_t at = 0;
  for (const json& entry : JsonFields(frame.head, kWhere).array("attachments")) {
    if (entry.is_object()) {
      message.blobs.push_back(taken(JsonFields(entry, kWhere).unsigned_integer("piece")));
      continue;
    }
    const std::uint64_t size = size_of(entry);
    if (size > frame.attachments.size() - at) refuse("its attachments are shorter than they are said to be.");
    message.blobs.push_back(frame.attachments.substr(at, static_cast<std::size_t>(size)));
    at += static_cast<std::size_t>(size);
  }
  if (at != frame.attachments.size()) refuse("its attachments are longer than they are said to be.");
  message.head = std::move(frame.head);
  return message;
}

}  // namespace tstitch::wire
