#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/configs/lora_names.h"
#include "core/configs/lora_settings.h"
#include "core/weights/weight_source.h"

namespace tstitch {

/// How much of a low-rank file goes into one part of a model.
struct LoraFit {
  std::size_t modules = 0;   ///< of that component in the file
  std::size_t fitting = 0;   ///< of these, whose layer is there and has the right shape
  std::string first_misfit;  ///< the first other one, as the file spells it; empty when all fit
  std::string misfit_fact;   ///< why: "that layer is [320, 768], the file's change [320, 1024]"
};

/// One of several files that are an adapter together, and the component that its names leave out: `text_encoder.`.
struct LoraFilePiece {
  std::filesystem::path path;
  std::string prefix;
};

/// An adapter file: what is added to layers' weights and biases and what scales them (core/configs/lora_names.h).
class LoraFile {
 public:
  /// With the settings that stand beside the tensors: the file's metadata and, for a file of peft, the
  /// adapter_config.json in its folder. Throws BadInput when the file cannot be read, holds no tensor of a known
  /// layout, holds an adapter of a kind that is not applied (naming it), or a tensor that would be left out.
  explicit LoraFile(const std::filesystem::path& file);
  /// Several as one, each with its own settings; messages call them `label`.
  LoraFile(const std::vector<LoraFilePiece>& pieces, const std::string& label);
  /// `source` in place of a file.
  explicit LoraFile(std::unique_ptr<WeightSource> source, LoraSettings settings = {});

  /// The modules of a component by the name of each tensor that they change, `conv_in.weight`, `conv_in.bias`.
  /// `aliases` are further names of the layers that files may use (SD's original U-Net names), each with the name in
  /// `base`. Throws BadInput when two modules of the file change one tensor.
  [[nodiscard]] std::map<std::string, const LoraModule*> targets(
      LoraComponent component, const WeightSource& base, const std::map<std::string, std::string>& aliases = {}) const;
  [[nodiscard]] LoraFit fit(LoraComponent component, const WeightSource& base,
                            const std::map<std::string, std::string>& aliases = {}) const;
  /// The same of a component that the model does not have: nothing fits.
  [[nodiscard]] LoraFit fit_without_base(LoraComponent component) const;

  /// `sum`, which is `stored` (both fp32) or what other files made of it, changed by the module. DoRA's norm is that of
  /// the stored weight with this module's difference alone, as peft computes it; its strength scales that difference.
  [[nodiscard]] at::Tensor changed_weight(const LoraModule& module, const at::Tensor& stored, const at::Tensor& sum,
                                          double strength) const;
  [[nodiscard]] at::Tensor changed_bias(const LoraModule& module, const at::Tensor& sum, double strength) const;

  /// What the module adds to the weight at strength 1 as two small factors; nothing for changes that are no such
  /// product (LoHa, LoKr, DoRA, whole differences...) and for weights that are no matrix or kernel.
  [[nodiscard]] std::optional<LowRankTerm> factors(const LoraModule& module,
                                                   const std::vector<std::int64_t>& shape) const;

  /// How wide the text is that the file's cross attentions take; empty where it changes none of their keys and values.
  [[nodiscard]] std::set<std::int64_t> text_widths() const;

  /// A file of peft without the settings that scale it: alpha over the rank is not known, and 1 is taken.
  [[nodiscard]] bool lacks_scale() const { return lacks_scale_; }

  [[nodiscard]] bool has(LoraComponent component) const;
  [[nodiscard]] const LoraNames& names() const { return names_; }
  [[nodiscard]] const LoraSettings& settings() const { return settings_; }
  [[nodiscard]] std::string label() const { return source_->label(); }
  [[nodiscard]] const WeightSource& source() const { return *source_; }

 private:
  using Shape = std::vector<std::int64_t>;

  void require_all_known() const;
  void require_complete(const LoraModule& module) const;
  [[nodiscard]] Shape shape_of_tensor(const LoraModule& module, const char* role) const;
  [[nodiscard]] std::optional<Shape> shape_of(const LoraModule& module) const;
  [[nodiscard]] bool fits_weight(const LoraModule& module, const Shape& wanted) const;
  [[nodiscard]] bool fits_bias(const LoraModule& module, const Shape& wanted) const;
  [[nodiscard]] at::Tensor difference(const LoraModule& module, const at::Tensor& stored) const;

  std::unique_ptr<WeightSource> source_;
  LoraNames names_;
  LoraSettings settings_;
  bool lacks_scale_ = false;
};

/// A low-rank file and how strongly it is applied.
struct AppliedLora {
  std::shared_ptr<const LoraFile> file;
  double strength = 1.0;
  std::optional<LoraComponent> modules = {};  ///< which of the file's; none: those of the changed component
};

/// How low-rank files act: folded into the weights while these are read, the sum made in fp32 and rounded once; or
/// added by the layers when they are called, so that networks with different files share the weights (what is no
/// product of small factors is folded then, too, with all other changes of its tensor).
enum class LoraMethod { Folded, Added };

/// `base` with the files' changes, in the files' order. Keeps a reference to `base` and to the files.
class LoraSource final : public WeightSource {
 public:
  LoraSource(const WeightSource& base, LoraComponent component, const std::vector<AppliedLora>& loras,
             const std::map<std::string, std::string>& aliases = {}, LoraMethod method = LoraMethod::Folded);

  [[nodiscard]] const std::map<std::string, Entry>& entries() const override { return base_.entries(); }
  [[nodiscard]] bool is_stored(const std::string& name) const override { return !folded_.contains(name); }
  [[nodiscard]] std::vector<LowRankTerm> low_rank(const std::string& name) const override;
  [[nodiscard]] at::Tensor read(const std::string& name, at::ScalarType type,
                                const std::stop_token& stop) const override;
  [[nodiscard]] bool read_part(const std::string& name, std::int64_t first, at::Tensor& target,
                               const std::stop_token& stop = {}) const override;
  [[nodiscard]] std::vector<std::filesystem::path> files() const override { return base_.files(); }
  [[nodiscard]] std::vector<FileStamp> stamps() const override { return base_.stamps(); }
  /// Of the model's files and of the low-rank ones.
  void require_unchanged() const override;
  [[nodiscard]] std::string label() const override { return base_.label(); }

 private:
  struct Change {
    std::shared_ptr<const LoraFile> file;
    const LoraModule* module;
    double strength;
  };

  [[nodiscard]] std::vector<LowRankTerm> terms_of(const std::string& name, const std::vector<Change>& changes) const;

  const WeightSource& base_;
  std::vector<std::shared_ptr<const LoraFile>> files_;
  std::map<std::string, std::vector<Change>> folded_;      ///< by the name of the tensor
  std::map<std::string, std::vector<LowRankTerm>> added_;  ///< likewise
};

}  // namespace tstitch
