#pragma once

#include <QObject>
#include <QString>
#include <filesystem>
#include <map>

#include "core/engine/engine.h"

namespace tstitch::ui {

class EngineClient;
class PairBox;
struct PairLook;

/// How people call a latent space: "Stable Diffusion latents", or its numbers.
QString latentSpaceText(const LatentSpace& space);
/// The same from a manifest's word; empty for a word without a name.
QString latentSpaceText(const std::string& word);

/// Why the first model cannot be stitched to one of the others, as a sentence; empty when they can.
QString obstacleBetween(const ModelFacts& large, const std::vector<ModelFacts>& others);

/// Finds out about every pair of the list, one after the other behind whatever the engine is asked otherwise: its
/// latent space, by which the list groups, and whether it can be used.
class PairCatalog : public QObject {
  Q_OBJECT

 public:
  PairCatalog(EngineClient& engine, PairBox& pairs);

  /// What was found where that pair's large model lies; null before it was looked at.
  [[nodiscard]] const ModelFacts* largeFacts(const PairEntry& pair) const;

 Q_SIGNALS:
  /// That pair was looked at; why it cannot be used, as the list says too, or nothing where it can.
  void lookedAt(const tstitch::PairEntry& pair, const QString& obstacle);

 private:
  void lookOn();
  void takeLook(const PairEntry& pair, const PairLook& look);

  EngineClient& engine_;
  PairBox& pairs_;
  bool asking_ = false;
  std::map<std::filesystem::path, ModelFacts> large_;
};

}  // namespace tstitch::ui
