#pragma once

#include <map>
#include <optional>
#include <string>

namespace tstitch {

/// What a checkpoint's metadata says that changes its pictures.
struct FileNotes {
  std::optional<bool> predicts_v;  ///< none: the metadata does not say
  bool zero_snr = false;           ///< trained on betas rescaled to zero terminal SNR
  std::string foreign_process;     ///< a process that is not supported, as the file calls it; empty for none
};

/// Reads `__metadata__` of safetensors: ModelSpec's `modelspec.prediction_type` and `modelspec.architecture`, ComfyUI's
/// `modelspec.predict_key`, and what sd-scripts notes of a training (`ss_v_parameterization`, `ss_zero_terminal_snr`).
/// Words that nobody knows say nothing.
FileNotes read_file_notes(const std::map<std::string, std::string>& metadata);

}  // namespace tstitch
