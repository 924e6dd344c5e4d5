#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/configs/model_config.h"
#include "core/networks/unet.h"

namespace tstitch {

/// Which of a ControlNet's residuals goes to which skip of a U-Net (core/networks/README.md). A skip is conv_in's, that
/// of a layer of a level, or that of a level's downsampler; one of each kind and place has one resolution. A U-Net with
/// fewer layers a level (BK-SDM, KOALA) gets the residuals of the first ones; where widths differ a skip gets none. The
/// middle gets its own where both ways down have as many levels and end in one width.
struct ResidualMap {
  std::vector<std::optional<std::size_t>> skips;  ///< by skip of the U-Net: the index of its residual, if any
  bool middle = false;

  /// No residual fits.
  [[nodiscard]] bool empty() const;
  /// Every residual goes to the skip of the same index, as diffusers adds them.
  [[nodiscard]] bool identity() const;
  /// `identity`, or `first-layers`: for metadata.
  [[nodiscard]] std::string name() const;

  /// The residuals in the U-Net's order, times `scale`.
  [[nodiscard]] UnetResiduals operator()(const UnetResiduals& residuals, double scale) const;
};

ResidualMap residual_map(const UnetConfig& control, const UnetConfig& unet);

/// Adds `more` to `sum`, whose tensors may be undefined.
void add_residuals(UnetResiduals& sum, const UnetResiduals& more);

}  // namespace tstitch
