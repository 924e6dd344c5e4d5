#include <cstring>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/formats/safetensors_file.h"
#include "core/image/image_file.h"
#include "core/prompt/bpe_tokenizer.h"
#include "tests/app/cli/model_copy.h"
#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const fs::path kLarge = TSTITCH_SOURCE_DIR "/models/miniature/large";

/// The vectors that the bundled text encoder has for the words of a text.
StoredTensor vectors_of(const std::string& text) {
  const SafetensorsFile file(kLarge / "text_encoder" / "model.safetensors", "text encoder");
  const auto& table = file.header().tensors.at("embeddings.token_embedding.weight");
  const std::size_t row = (table.end - table.begin) / static_cast<std::size_t>(table.shape.front());
  const auto ids = BpeTokenizer::load(kLarge / "tokenizer").encode(text);
  StoredTensor vectors{table.type, {static_cast<std::int64_t>(ids.size()), table.shape.back()}, {}};
  for (const std::int64_t id : ids) {
    std::string bytes(row, '\0');
    file.read(table.begin + static_cast<std::size_t>(id) * row, bytes.data(), row);
    vectors.bytes += bytes;
  }
  return vectors;
}

StoredTensors lora() {
  const std::string layer = "lora_unet_middle_block_1_proj_in";
  StoredTensors tensors{{layer + ".lora_down.weight", StoredTensor::zeros(SafetensorsType::F32, {2, 192, 1, 1})},
                        {layer + ".lora_up.weight", StoredTensor::zeros(SafetensorsType::F32, {192, 2, 1, 1})}};
  constexpr float kValue = 0.05F;
  for (auto& [name, tensor] : tensors) {
    for (std::size_t i = 0; i < tensor.bytes.size(); i += sizeof(float)) {
      std::memcpy(tensor.bytes.data() + i, &kValue, sizeof(kValue));
    }
  }
  return tensors;
}

class Prompt : public testing::Test {
 protected:
  [[nodiscard]] const fs::path& folder() const { return scratch_.path(); }

  /// A run of the bundled pair at its smallest.
  [[nodiscard]] Ended make(const std::string& output, const std::string& prompt,
                           const std::vector<std::string>& more) const {
    std::vector<std::string> words{"generate", prompt, "--steps",   "2",       "--size",   "64x64",
                                   "--seed",   "3",    "--profile", "profile", "--output", output};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words, folder());
  }

  [[nodiscard]] std::vector<std::uint8_t> pixels(const std::string& file) const {
    return read_picture(folder() / file).image.rgb;
  }

  [[nodiscard]] std::vector<std::uint8_t> made(const std::string& prompt, std::vector<std::string> more,
                                               bool weighted = true) {
    const std::string output = std::to_string(++pictures_) + ".png";
    if (weighted) more.insert(more.end(), {"--prompt-syntax", "weighted"});
    const Ended ended = make(output, prompt, more);
    EXPECT_EQ(ended.exit, 0) << ended.err;
    return pixels(output);
  }

  [[nodiscard]] json stored_request(int picture) const {
    for (const PictureText& text : read_picture(folder() / (std::to_string(picture) + ".png")).texts) {
      if (text.keyword == "io.github.tstitch.request") return json::parse(text.text).at("request");
    }
    return nullptr;
  }

  void add_models(const std::string& inner) const {
    const Ended ended = run_program({"models", "add", inner, "--profile", "profile"}, folder());
    EXPECT_EQ(ended.exit, 0) << ended.err;
  }

  ScratchFolder scratch_;
  int pictures_ = 0;
};

TEST_F(Prompt, embedding) {
  fs::create_directories(folder() / "words");
  write_tensors(folder() / "words/zzmascot.safetensors", {{"emb_params", vectors_of("red fox")}});
  const auto expected = made("3d red fox", {}, false);
  EXPECT_EQ(made("3d zzmascot", {"--embedding", "words/zzmascot.safetensors"}, false), expected);
  EXPECT_EQ(made("3d my-word", {"--embedding=words/zzmascot.safetensors=my-word"}, false), expected);
  const json request = stored_request(3);
  EXPECT_EQ(request.at("embeddings").at(0).at("word"), "my-word");
  EXPECT_EQ(request.at("embeddings").at(0).at("model").at("files").at(0).at("sha256").get<std::string>().size(), 64U);
  const Ended again =
      run_program({"generate", "--from", "3.png", "--profile", "profile", "--output", "again.png"}, folder());
  EXPECT_EQ(again.exit, 0) << again.err;
  EXPECT_EQ(pixels("again.png"), expected);

  add_models("words");
  EXPECT_EQ(made("3d embedding:zzmascot", {}), expected);
  EXPECT_EQ(made("3d zzmascot", {}), expected);
  EXPECT_NE(made("3d zzmascot", {}, false), expected) << "words that only models know act in weighted texts";
  const Ended list = run_program({"models", "list", "--profile", "profile"}, folder());
  EXPECT_THAT(list.out, HasSubstr("zzmascot"));
  EXPECT_EQ(make("no.png", "embedding:other", {"--prompt-syntax", "weighted"}).exit, 3);
  EXPECT_EQ(make("no.png", "a", {"--embedding", "words"}).exit, 3);
  EXPECT_EQ(make("no.png", "a", {"--embedding", "words/zzmascot.safetensors="}).exit, 2);
}

TEST_F(Prompt, embeddingInALora) {
  StoredTensors tensors = lora();
  write_tensors(folder() / "bare.safetensors", tensors);
  tensors["bundle_emb.zzmascot.string_to_param.*"] = vectors_of("red fox");
  write_tensors(folder() / "bundle.safetensors", tensors);
  EXPECT_EQ(made("3d zzmascot", {"--lora", "bundle.safetensors"}, false),
            made("3d red fox", {"--lora", "bare.safetensors"}, false));
}

TEST_F(Prompt, loraTags) {
  fs::create_directories(folder() / "loras" / "animals");
  write_tensors(folder() / "loras/animals/foxStyle.safetensors", lora());
  const Ended missing = make("no.png", "a red fox <lora:foxStyle:0.8>", {"--prompt-syntax", "weighted"});
  EXPECT_EQ(missing.exit, 3);
  EXPECT_THAT(missing.err, HasSubstr("foxStyle"));
  add_models("loras");
  const auto expected = made("a red fox ", {"--lora", "foxStyle:0.8"});
  EXPECT_EQ(made("a red fox <lora:foxStyle:0.8>", {}), expected);
  EXPECT_EQ(stored_request(2).at("prompt"), "a red fox ");
  EXPECT_EQ(stored_request(2).at("loras").at(0).at("strength"), 0.8);
  EXPECT_NE(made("a red fox ", {}), expected);
}

TEST_F(Prompt, backslash) {
  EXPECT_EQ(made("red \\ fox", {}), made("red fox", {}));
}

TEST_F(Prompt, changesAlongTheRun) {
  EXPECT_EQ(made("[red:blue:2] fox", {}), made("red fox", {}));
  EXPECT_EQ(made("[red:blue:0] fox", {}), made("blue fox", {}));
  EXPECT_EQ(made("[red:blue:1] fox", {}), made("[red|blue] fox", {}));
  EXPECT_NE(pixels("5.png"), pixels("1.png"));
  EXPECT_NE(pixels("5.png"), pixels("3.png"));
}

TEST_F(Prompt, clipSkip) {
  const auto own = made("red fox", {});
  EXPECT_EQ(made("red fox", {"--clip-skip", "1"}), own);
  EXPECT_NE(made("red fox", {"--clip-skip", "2"}), own);
  EXPECT_EQ(stored_request(3).at("clip_skip"), 2);
  const Ended beyond = make("no.png", "red fox", {"--clip-skip", "5"});
  EXPECT_EQ(beyond.exit, 2);
  EXPECT_THAT(beyond.err, HasSubstr("1..2"));
  EXPECT_EQ(make("no.png", "red fox", {"--clip-skip", "0"}).exit, 2);
}

TEST_F(Prompt, saysWhatItReadsAsWords) {
  const Ended ended = make("a.png", "red AND {fox|cat} __animal__", {"--prompt-syntax", "weighted"});
  EXPECT_EQ(ended.exit, 0);
  for (const char* piece : {"\"AND\"", "\"{fox|cat}\"", "\"__animal__\""}) EXPECT_THAT(ended.err, HasSubstr(piece));
  EXPECT_THAT(make("b.png", "red AND fox", {}).err, Not(HasSubstr("AND")));
}

}  // namespace
}  // namespace tstitch::test
