#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/request/class_names.h"
#include "core/schedule/noise_schedule.h"
#include "core/system/file_stamp.h"

namespace tstitch {

/// Two models can be stitched when they live in the same latent space (core/engine/README.md).
struct LatentSpace {
  int channels = 4;
  int factor = 8;  ///< pixels per latent, each side
  double scale = 0.18215;
  double shift = 0;
  std::string encoder_fingerprint = {};  ///< of the VAE encoder's weights; differences only warn; empty = not known
  bool presumed = false;                 ///< no autoencoder is there to tell the factor: it is the family's
  friend bool operator==(const LatentSpace& a, const LatentSpace& b) {
    return a.channels == b.channels && a.factor == b.factor && a.scale == b.scale && a.shift == b.shift;
  }
};

/// What is known about a model without loading it: from its configs and the headers of its weight files.
struct ModelFacts {
  std::string name;
  std::filesystem::path path;
  std::string family;                 ///< as model_identity.h tells it, or `unet`: a word for people and metadata
  std::string network_class;          ///< `UNet2DConditionModel`; empty for what is no denoiser
  std::string purpose;                ///< "a ControlNet", "a T2I-Adapter", for a file that is no denoiser; else empty
  std::optional<LatentSpace> latent;  ///< none for a bare network folder
  int latent_channels = 4;            ///< what the network takes
  std::optional<SchedulerConfig> scheduler;  ///< none for a bare network folder: it inherits the large model's
  std::optional<int> text_width;             ///< of its own encoders' states; none without one
  int pooled_width = 0;                      ///< of its own encoders' pooled vector; 0 where it is not used
  int context_width = 0;                     ///< what the network's cross attention takes
  int addition_width = 0;                    ///< of pooled text and time ids that the network takes besides; 0 = none
  int time_id_width = 0;                     ///< of each time id therein
  int class_count = 0;                       ///< of a class-conditional network; 0 = it takes text
  ClassNames class_names;                    ///< of these classes; empty where they are not known
  std::int64_t parameters = 0;               ///< of the network alone
  bool has_both_weights = false;             ///< its file holds them raw and averaged (WeightChoice)
  std::string dtype;                         ///< as stored: `fp32`, `fp16`, `bf16`
  std::optional<int> sample_size;            ///< latents
  int size_multiple = 8;                     ///< sides must be multiples of it, in pixels
  std::int64_t network_bytes_fp32 = 0;       ///< memory of the network in fp32
  std::int64_t other_bytes_fp32 = 0;         ///< of its encoder and decoder in fp32
  std::vector<std::filesystem::path> files;
  std::vector<FileStamp> stamps;  ///< of these files when they were looked at
};

/// How many time ids `network` takes beside the pooled text of `text`'s encoders: 6, or 5 for SDXL's refiner; 0 where
/// it takes none; nothing when that text does not fit it, by width or by what is left for time ids.
std::optional<int> time_ids_beside(const ModelFacts& text, const ModelFacts& network);

/// Do they stitch, and if not, which fact differs; warnings do not hold a run up.
struct StitchVerdict {
  bool stitch = true;
  std::vector<std::string> reasons;   ///< one sentence per fact that differs
  std::vector<std::string> warnings;  ///< what may show in a picture: encoders that differ
  std::vector<std::string> notes;     ///< what is as it should be but not obvious: facts that a bare folder inherits
};

/// Whose text encoder conditions `other`: the large model's where its width fits (unless `asked` is Own and its own
/// fits), else its own; nothing when neither has the width that its cross attention takes (core/text/README.md).
std::optional<TextSource> text_source_for(const ModelFacts& large, const ModelFacts& other,
                                          TextSource asked = TextSource::Shared);

/// `large` first. Facts that a bare network folder lacks are inherited, as core/engine/README.md says.
/// Prediction type and noise schedule may differ: the hand-over between them is exact (core/denoise/README.md).
StitchVerdict check_stitch(const ModelFacts& large, const ModelFacts& other);

/// Throws IncompatibleModels with the first reason when they do not stitch.
void require_stitch(const ModelFacts& large, const ModelFacts& other);

}  // namespace tstitch
