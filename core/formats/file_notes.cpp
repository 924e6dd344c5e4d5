#include "core/formats/file_notes.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "core/base/text.h"

namespace tstitch {
namespace {

using Metadata = std::map<std::string, std::string>;

/// In small letters; empty where it is not there.
std::string value_of(const Metadata& metadata, const char* key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? std::string() : lower_case(trimmed(found->second));
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// One statement about what the network predicts.
void take_prediction(FileNotes& notes, const std::string& word) {
  if (is_one_of(word, {"v", "v_prediction", "v-prediction", "v_pred", "vpred", "v-pred"})) notes.predicts_v = true;
  if (is_one_of(word, {"epsilon", "eps"})) notes.predicts_v = false;
  if (is_one_of(word, {"flow", "flow_matching", "flow-matching", "rectified_flow", "rectified-flow", "edm", "x0",
                       "sample", "v_prediction_edm"})) {
    notes.foreign_process = word;
  }
}

}  // namespace

FileNotes read_file_notes(const std::map<std::string, std::string>& metadata) {
  FileNotes notes;
  const std::string architecture = value_of(metadata, "modelspec.architecture");
  if (architecture == "stable-diffusion-v2-768-v") notes.predicts_v = true;
  if (architecture == "stable-diffusion-v2-512") notes.predicts_v = false;
  if (value_of(metadata, "ss_v_parameterization") == "true") notes.predicts_v = true;
  take_prediction(notes, value_of(metadata, "modelspec.predict_key"));
  take_prediction(notes, value_of(metadata, "modelspec.prediction_type"));
  notes.zero_snr = value_of(metadata, "ss_zero_terminal_snr") == "true";
  return notes;
}

}  // namespace tstitch
