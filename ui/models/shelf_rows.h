#pragma once

#include <QString>
#include <filesystem>
#include <optional>
#include <vector>

#include "core/models/model_identity.h"

namespace tstitch::ui {

class ModelShelf;

/// What a list of models may be narrowed to.
enum class ShelfKind { Everything, Models, Loras, ControlNets, Embeddings, Autoencoders, Downloads };

/// A line of the list of models.
struct ShelfRow {
  ShelfKind kind = ShelfKind::Models;
  QString group;                ///< its heading
  QString name;                 ///< of the model, or of a pair that can be downloaded
  QString text;                 ///< the whole line
  QString reason;               ///< why it does not fit or cannot be used; grey then
  std::filesystem::path place;  ///< empty for a pair to download
  std::string pair;             ///< the name of that pair
  bool fits = true;
  friend bool operator==(const ShelfRow&, const ShelfRow&) = default;
};

/// "860 M", "4.1 M".
QString sizeText(std::int64_t parameters);

/// Models by latent space (that of the chosen large model first), in each those that are known here, those of other
/// programs and own folders, and pairs to download; then LoRAs, ControlNets, embeddings and autoencoders by family,
/// and last what cannot be used.
std::vector<ShelfRow> shelfRows(const ModelShelf& shelf);

}  // namespace tstitch::ui
