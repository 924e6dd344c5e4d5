#include "core/engine/wire/frame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/engine/wire/message.h"

namespace tstitch::wire {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& bytes) {
  FrameCutter cutter;
  cutter.add(bytes);
  try {
    while (cutter.next()) {
    }
  } catch (const BadInput& problem) {
    return problem.sentence();
  }
  return "accepted";
}

TEST(FrameCutter, givesBackWhatWasFramed) {
  const std::string stream = framed(R"({"a":1,"attachments":[2]})", {"xy"}) + framed(R"({"b":2})", {});
  FrameCutter cutter;
  for (const char byte : stream) cutter.add({&byte, 1});
  const auto first = cutter.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->head["a"], 1);
  EXPECT_EQ(first->attachments, "xy");
  const auto second = cutter.next();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->head["b"], 2);
  EXPECT_FALSE(cutter.next());
  EXPECT_EQ(cutter.begun_bytes(), 0U);
}

TEST(FrameCutter, waitsForTheRestOfACutFrame) {
  const std::string frame = framed(R"({"a":1})", {});
  for (std::size_t size = 0; size < frame.size(); ++size) {
    FrameCutter cutter;
    cutter.add(std::string_view(frame).substr(0, size));
    EXPECT_FALSE(cutter.next());
    EXPECT_EQ(cutter.begun_bytes(), size);
  }
}

TEST(FrameCutter, refusesEveryFlippedBit) {
  const std::string frame = framed(R"({"a":1,"attachments":[2]})", {"xy"});
  for (std::size_t bit = 0; bit < frame.size() * 8; ++bit) {
    std::string flipped = frame;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_NE(refusal(flipped), "accepted") << bit;
  }
}

TEST(FrameCutter, refusesAnAbsurdLengthAtOnce) {
  EXPECT_THAT(refusal(std::string(4, '\xFF')), HasSubstr("a length of 4294967295 bytes"));
  EXPECT_THAT(refusal(std::string(4, '\0')), HasSubstr("a length of 0 bytes"));
  EXPECT_THAT(refusal("HTTP/1.1 200 OK\r\n"), HasSubstr("a length of"));
}

TEST(FrameCutter, refusesWhatIsNoObject) {
  EXPECT_THAT(refusal(framed("[1]", {})), HasSubstr("is no object"));
  EXPECT_THAT(refusal(framed("{", {})), HasSubstr("is not JSON"));
  EXPECT_THAT(refusal(framed(R"({"a":1,"a":2})", {})), HasSubstr("twice"));
}

std::string stream_of(const Message& message) {
  std::string stream;
  MessageWriter writer([&stream](std::string_view frame) {
    EXPECT_LE(frame.size(), kMostFrameBytes);
    stream += frame;
    return true;
  });
  EXPECT_TRUE(writer.send(message));
  return stream;
}

TEST(Messages, largeBlobsComeInPieces) {
  Message message;
  message.head["question"] = "large";
  message.blobs = {"small", std::string((std::size_t{40} << 20U) + 1, 'x'), "",
                   std::string(std::size_t{2} << 20U, 'y')};
  MessageReader reader;
  reader.add(stream_of(message));
  const auto got = reader.next();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->head["question"], "large");
  EXPECT_EQ(got->blobs, message.blobs);
  EXPECT_FALSE(reader.next());
}

TEST(Messages, twoStreamsOfPiecesMayLieBetweenEachOther) {
  MessageReader reader;
  reader.add(framed(R"({"piece":1,"of":2,"attachments":[1]})", {"a"}));
  reader.add(framed(R"({"piece":2,"of":2,"attachments":[1]})", {"x"}));
  reader.add(framed(R"({"piece":1,"of":2,"attachments":[1]})", {"b"}));
  reader.add(framed(R"({"piece":2,"of":2,"attachments":[1]})", {"y"}));
  reader.add(framed(R"({"attachments":[{"piece":2},1,{"piece":1}]})", {"-"}));
  const auto message = reader.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->blobs, (Blobs{"xy", "-", "ab"}));
}

TEST(Messages, refusesAttachmentsThatAreNotAsTheyAreSaidToBe) {
  const auto told = [](const std::string& stream, std::uint64_t most = 1000) {
    MessageReader reader(most);
    reader.add(stream);
    try {
      while (reader.next()) {
      }
    } catch (const BadInput& problem) {
      return problem.sentence();
    }
    return std::string("accepted");
  };
  EXPECT_THAT(told(framed(R"({"attachments":[3]})", {"xy"})), HasSubstr("shorter"));
  EXPECT_THAT(told(framed(R"({"attachments":[1]})", {"xy"})), HasSubstr("longer"));
  EXPECT_THAT(told(framed(R"({"attachments":[-1]})", {})), HasSubstr("no whole number"));
  EXPECT_THAT(told(framed(R"({"a":1})", {})), HasSubstr("missing"));
  EXPECT_THAT(told(framed(R"({"attachments":[{"piece":7}]})", {})), HasSubstr("not there"));
  EXPECT_THAT(told(framed(R"({"piece":1,"of":2,"attachments":[3]})", {"abc"})), HasSubstr("longer"));
  EXPECT_THAT(told(framed(R"({"piece":1,"of":99999999999})", {"abc"})), HasSubstr("at most"));
  EXPECT_THAT(told(framed(R"({"piece":1,"of":20})", {"0123456789"}), 5), HasSubstr("too many"));
  EXPECT_THAT(told(framed(R"({"piece":1,"of":2})", {"a"}) + framed(R"({"attachments":[{"piece":1}]})", {})),
              HasSubstr("not all there"));
}

}  // namespace
}  // namespace tstitch::wire
