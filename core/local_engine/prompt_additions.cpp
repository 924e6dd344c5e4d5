#include "core/local_engine/prompt_additions.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/models/model_index.h"
#include "core/prompt/prompt_tags.h"
#include "core/request/option_text.h"

namespace tstitch {

namespace {

constexpr std::string_view kMention = "embedding:";

/// `embedding:NAME` in a text.
struct Mention {
  std::size_t begin = 0;
  std::size_t end = 0;  ///< behind the name and the ending of a file that may follow it
  std::string name;
};

std::size_t file_ending_length(std::string_view text) {
  for (const std::string_view ending : {".safetensors", ".pt", ".bin"}) {
    if (text.starts_with(ending)) return ending.size();
  }
  return 0;
}

/// The longest word of the run that the text begins with, or what looks like a name.
std::string name_at(std::string_view text, const std::vector<RunWord>& words) {
  std::string_view longest;
  for (const RunWord& word : words) {
    if (word.word.size() > longest.size() && find_word(text, word.word) == 0) longest = word.word;
  }
  if (!longest.empty()) return std::string(longest);
  constexpr std::string_view kEnds = " \t\r\n\f\v,;:()[]{}<>|\"";
  std::string_view name = text.substr(0, text.find_first_of(kEnds));
  for (std::size_t dot = name.rfind('.'); dot != std::string_view::npos; dot = name.rfind('.')) {
    const bool closes = dot + 1 == name.size() || file_ending_length(name.substr(dot)) == name.size() - dot;
    if (!closes) break;
    name = name.substr(0, dot);
  }
  return std::string(name);
}

std::optional<Mention> next_mention(std::string_view text, std::size_t from, const std::vector<RunWord>& words) {
  for (std::size_t at = text.find(kMention, from); at != std::string_view::npos; at = text.find(kMention, at + 1)) {
    if (at > 0 && is_word_byte(text[at - 1])) continue;
    const std::size_t begin = at + kMention.size();
    Mention mention{at, begin, name_at(text.substr(begin), words)};
    if (mention.name.empty()) continue;
    mention.end += mention.name.size();
    mention.end += file_ending_length(text.substr(mention.end));
    return mention;
  }
  return std::nullopt;
}

/// The weight of a tag. The web UI takes one for text encoders and one for the network; a LoRA of ours has one.
double weight_of(const PromptTag& tag) {
  if (tag.arguments.size() == 1) return 1;
  const double weight = parse_number(tag.arguments[1], text_of(tag));
  const bool two = tag.arguments.size() == 3 && parse_number(tag.arguments[2], text_of(tag)) != weight;
  if (two || tag.arguments.size() > 3) {
    throw UsageError("a LoRA takes one weight, for network and text alike.", text_of(tag),
                     concat("Write <", tag.kind, ':', tag.arguments[0], ':', tag.arguments[1], ">."));
  }
  return weight;
}

class PromptSettler {
 public:
  PromptSettler(ResolvedRun& run, const std::vector<KnownFile>& known)
      : run_(run), known_(known), weighted_(run.request.prompt_syntax == PromptSyntax::Weighted) {}

  void settle() {
    if (weighted_) {
      for (std::string* text : texts()) take_comments_out(*text);
      for (std::string* text : texts()) take_tags_out(*text);
      note_foreign_syntax();
    }
    for (EmbeddingChoice& choice : run_.request.embeddings) add_given(choice);
    add_bundled();
    if (weighted_) {
      add_mentioned();
      add_known_words();
    }
    for (const RunWord& word : run_.words) require_fitting(word);
  }

 private:
  std::vector<std::string*> texts() {
    std::vector<std::string*> texts{&run_.request.prompt};
    if (run_.request.negative_prompt) texts.push_back(&*run_.request.negative_prompt);
    auto* split = std::get_if<SegmentSplit>(&run_.request.split);
    if (split == nullptr) return texts;
    for (Segment& segment : split->segments) {
      if (segment.prompt) texts.push_back(&*segment.prompt);
    }
    return texts;
  }

  void take_comments_out(std::string& text) {
    std::string words = without_comments(text);
    if (words == text) return;
    text = std::move(words);
    run_.notes.emplace_back("What follows # on a line of the prompt is a comment, as in the web UI, and is left out.");
  }

  void take_tags_out(std::string& text) {
    TaggedPrompt taken = take_tags(text);
    text = std::move(taken.words);
    for (const PromptTag& tag : taken.tags) act_on(tag);
  }

  void act_on(const PromptTag& tag) {
    if (tag.kind == "hypernet") {
      throw BadInput("asks for a hypernetwork, and those are not supported.", text_of(tag),
                     "Take it out of the prompt.");
    }
    if (tag.kind != "lora" && tag.kind != "lyco") {
      run_.notes.push_back(concat(text_of(tag), " is no tag that is known here and is left out of the words."));
      return;
    }
    const std::string& name = tag.arguments.front();
    const auto path = find_known_file(known_, name, ModelRole::Lora);
    if (!path) {
      throw BadInput(concat("no LoRA called ", in_quotes(name), " is known here."), text_of(tag),
                     "Make its folder known with tstitch models add DIR, or give the file with --lora.");
    }
    LoraChoice choice;
    choice.model.name = display_name(*path);
    choice.model.location = *path;
    choice.strength = weight_of(tag);
    run_.request.loras.push_back(std::move(choice));
    run_.loras.push_back(read_lora_part(*path));
  }

  void note_foreign_syntax() {
    for (const std::string* text : texts()) {
      for (const std::string& piece : foreign_syntax(*text)) {
        run_.notes.push_back(concat(in_quotes(piece), " means something to other programs; here it is read as words."));
      }
    }
  }

  void add_given(EmbeddingChoice& choice) {
    EmbeddingPart part = read_embedding_part(choice.model.location);
    choice.model.family = identify_file(part.path).family;
    std::vector<std::string> all;
    for (const std::string* text : texts()) all.push_back(*text);
    if (!stands_in(all, choice.word)) {
      run_.notes.push_back(concat("the word ", in_quotes(choice.word), " of ", part.path.filename().string(),
                                  " stands in no text of this run."));
    }
    run_.words.push_back({choice.word, part.path, part.stamp, std::move(part.layout.tensors), std::nullopt});
  }

  void add_bundled() {
    for (std::size_t i = 0; i < run_.loras.size(); ++i) {
      if (run_.request.loras[i].strength == 0) continue;
      for (const EmbeddingLayout& layout : run_.loras[i].embeddings) {
        const std::vector<FileStamp> stamps = run_.loras[i].file->source().stamps();
        run_.words.push_back({layout.word, run_.loras[i].path, stamps.empty() ? FileStamp{} : stamps.front(),
                              layout.tensors, run_.request.loras[i].denoiser});
      }
    }
  }

  bool is_word(const std::string& name) const {
    return std::any_of(run_.words.begin(), run_.words.end(), [&](const RunWord& word) { return word.word == name; });
  }

  void add_mentioned() {
    for (const std::string* text : texts()) {
      for (auto mention = next_mention(*text, 0, run_.words); mention;
           mention = next_mention(*text, mention->end, run_.words)) {
        if (is_word(mention->name)) continue;
        if (add_fitting(mention->name)) continue;
        const auto path = find_known_file(known_, mention->name, ModelRole::Embedding);
        if (!path) {
          throw BadInput(concat("no textual inversion called ", in_quotes(mention->name), " is known here."),
                         text->substr(mention->begin, mention->end - mention->begin),
                         "Make its folder known with tstitch models add DIR, or give the file with --embedding.");
        }
        require_fitting({mention->name, *path, {}, read_embedding_part(*path).layout.tensors, std::nullopt});
      }
    }
  }

  /// Words that only the folders of models know; one that fits no text encoder of the run stays a word.
  void add_known_words() {
    std::string all;
    for (const std::string* text : texts()) all += concat(lower_case(*text), '\n');
    for (const KnownFile& file : known_) {
      if (file.name.empty() || is_word(file.name)) continue;
      if (find_word(all, lower_case(file.name)) == std::string::npos) continue;
      if (role_of_file(file.path) != ModelRole::Embedding || add_fitting(file.name)) continue;
      run_.notes.push_back(concat("the textual inversion ", file.path.string(),
                                  " is for other text encoders; its name is read as words."));
    }
  }

  /// The first known textual inversion of that name whose vectors fit; false where there is none.
  bool add_fitting(const std::string& name) {
    for (const KnownFile& file : known_) {
      if (find_known_file({file}, name, ModelRole::Embedding) == std::nullopt) continue;
      EmbeddingPart part = read_embedding_part(file.path);
      RunWord word{name, file.path, part.stamp, part.layout.tensors, std::nullopt};
      try {
        require_fitting(word);
      } catch (const IncompatibleModels&) {
        continue;
      }
      EmbeddingChoice choice;
      choice.model.name = display_name(file.path);
      choice.model.family = identify_file(file.path).family;
      choice.model.location = file.path;
      choice.word = name;
      run_.request.embeddings.push_back(std::move(choice));
      run_.words.push_back(std::move(word));
      return true;
    }
    return false;
  }

  void require_fitting(const RunWord& word) const {
    for (const DenoiserChoice& choice : run_.request.denoisers) {
      if (word.denoiser.value_or(choice.name) != choice.name) continue;
      static_cast<void>(require_fitting_word(word, *run_.models.at(run_.text_source(choice.name)).text, choice.name));
    }
  }

  ResolvedRun& run_;
  const std::vector<KnownFile>& known_;
  bool weighted_;
};

}  // namespace

void settle_prompts(ResolvedRun& run, const std::vector<KnownFile>& known) {
  if (run.takes_classes()) {
    constexpr const char* kReadsNone = "this model draws classes and reads no text.";
    if (!run.request.embeddings.empty()) throw UsageError(kReadsNone, "--embedding");
    if (run.request.clip_skip) throw UsageError(kReadsNone, "--clip-skip");
    return;
  }
  PromptSettler(run, known).settle();
  require_valid(run.request);
}

std::string with_plain_words(std::string_view text, const std::vector<RunWord>& words) {
  std::string plain;
  std::size_t begin = 0;
  for (auto mention = next_mention(text, 0, words); mention; mention = next_mention(text, mention->end, words)) {
    plain += text.substr(begin, mention->begin - begin);
    plain += mention->name;
    begin = mention->end;
  }
  plain += text.substr(begin);
  return plain;
}

}  // namespace tstitch
