#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <variant>

#include "core/local_engine/resolved_run.h"
#include "core/networks/autoencoder_kl.h"
#include "core/networks/class_embedder.h"
#include "core/networks/control_net.h"
#include "core/networks/dit.h"
#include "core/networks/t2i_adapter.h"
#include "core/networks/tiny_autoencoder.h"
#include "core/networks/unet.h"
#include "core/networks/vq_autoencoder.h"
#include "core/text/text_conditioner.h"

namespace tstitch {

/// How parts are loaded: where, in which type, from which variant of the files; who is told and who may stop it.
struct LoadOptions {
  at::Device device = at::kCPU;
  at::ScalarType type = at::kFloat;
  std::string variant;
  std::stop_token stop;
  std::function<void(std::int64_t bytes)> progress;  ///< with each tensor's bytes; may be empty
  at::ScalarType wide = at::kFloat;                  ///< of decoders that overflow in fp16 (ComputeChoice::wide)
};

/// A loaded network of a denoiser.
using DenoiserNetwork = std::variant<std::shared_ptr<const Unet>, std::shared_ptr<const Dit>>;

/// Loaded parts by place, type and device, each as long as its files have the stamps of the run that asks: a part whose
/// files were replaced goes before the new one is read. Throws BadInput when what is read is not what the run was
/// resolved with. One lane loads, and beside it one thread denoisers that the lane does not (prefetch.h);
/// loaded_bytes() is for any thread.
class ModelStore {
 public:
  /// With low-rank files: another set is another network, which shares the stored weights where the files are added.
  DenoiserNetwork network(const ModelParts& parts, const LoadOptions& options, const LoraSet& loras = {});
  /// Of a class-conditional U-Net.
  std::shared_ptr<const ClassEmbedder> class_embedder(const ModelParts& parts, const LoadOptions& options);
  /// The encoders of a model, which has some, likewise; they are kept as long as the result.
  TextConditioner text_conditioner(const ModelParts& parts, const LoadOptions& options, const LoraSet& loras = {});
  /// Of a part that is one, and of one that is the other.
  std::shared_ptr<const ControlNet> control_net(const ControlNetworkPart& part, const LoadOptions& options);
  std::shared_ptr<const T2iAdapter> adapter(const ControlNetworkPart& part, const LoadOptions& options);
  std::shared_ptr<const KlDecoder> kl_decoder(const VaePart& part, const LoadOptions& options);
  std::shared_ptr<const KlEncoder> kl_encoder(const VaePart& part, const LoadOptions& options);
  std::shared_ptr<const VqDecoder> vq_decoder(const VaePart& part, const LoadOptions& options);
  std::shared_ptr<const VqEncoder> vq_encoder(const VaePart& part, const LoadOptions& options);
  std::shared_ptr<const TinyDecoder> tiny_decoder(const VaePart& part, const LoadOptions& options);
  std::shared_ptr<const TinyEncoder> tiny_encoder(const VaePart& part, const LoadOptions& options);

  /// Bytes of the run's networks and encoders that are loaded already, as those options would load them.
  [[nodiscard]] std::int64_t loaded_bytes(const ResolvedRun& run, const LoadOptions& options) const;

  /// Forgets what nobody holds at the moment and the run's networks and encoders are not among.
  void drop_others(const ResolvedRun& run, const LoadOptions& options);

  /// Forgets what nobody holds at the moment. A single run calls it between its stages, so that its peak is the largest
  /// part and not the sum of all.
  void drop_unused();

 private:
  std::shared_ptr<const TextEncoder> text_encoder(const TextPart& part, const LoadOptions& options,
                                                  const LoraSet& loras);
  std::shared_ptr<TensorShelf> shared_weights(const std::string& key);
  template <class Network, class Config>
  std::shared_ptr<const Network> denoiser(const ModelParts& parts, const Config& config, const LoadOptions& options,
                                          const LoraSet& loras);
  template <class Network, class Config>
  std::shared_ptr<const Network> control_network(const ControlNetworkPart& part, const LoadOptions& options);
  template <class Half, class Config>
  std::shared_ptr<const Half> autoencoder_half(const VaePart& part, const LoadOptions& options,
                                               const std::vector<std::string>& others);
  /// The part that is kept under that name, made of the same bytes; else `make`'s, which takes its place.
  template <class Part, class Make>
  std::shared_ptr<const Part> shelved(const std::string& name, const std::string& stamp, const Make& make);

  struct Shelved {
    std::string stamp;  ///< of the files that it was made of
    std::shared_ptr<const void> part;
  };
  mutable std::mutex mutex_;  ///< of the shelf
  std::map<std::string, Shelved> shelf_;
  std::map<std::string, std::weak_ptr<TensorShelf>> weights_;  ///< of networks that share them, which keep them
};

}  // namespace tstitch
