#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/formats/lora_names.h"
#include "core/weights/weight_source.h"

namespace tstitch {

/// How much of a low-rank file goes into one part of a model.
struct LoraFit {
  std::size_t modules = 0;   ///< of that component in the file
  std::size_t fitting = 0;   ///< of these, whose layer is there and has the right shape
  std::string first_misfit;  ///< the first other one, as the file spells it; empty when all fit
};

/// A low-rank adapter file: small factors whose product is added to layers' weights (core/formats/lora_names.h).
class LoraFile {
 public:
  /// Throws BadInput when the file cannot be read or holds no tensor of a known layout.
  explicit LoraFile(const std::filesystem::path& file);
  /// `source` in place of a file.
  explicit LoraFile(std::unique_ptr<WeightSource> source);

  /// The modules of a component by the name of the weight that each changes, `conv_in.weight`. `aliases` are further
  /// names of the layers that files may use (SD's original U-Net names), each with the name in `base`.
  [[nodiscard]] std::map<std::string, const LoraModule*> targets(
      LoraComponent component, const WeightSource& base, const std::map<std::string, std::string>& aliases = {}) const;
  [[nodiscard]] LoraFit fit(LoraComponent component, const WeightSource& base,
                            const std::map<std::string, std::string>& aliases = {}) const;
  /// The same of a component that the model does not have: nothing fits.
  [[nodiscard]] LoraFit fit_without_base(LoraComponent component) const;

  /// What the module adds to a weight of that shape at strength 1, fp32: alpha/rank times the product of its factors.
  /// Throws BadInput when the factors do not multiply to that shape.
  [[nodiscard]] at::Tensor difference(const LoraModule& module, const std::vector<std::int64_t>& shape) const;

  /// The same as two small factors; nothing for LoHa and LoKr, whose changes are no such product, and for weights that
  /// are no matrix or kernel.
  [[nodiscard]] std::optional<LowRankTerm> factors(const LoraModule& module,
                                                   const std::vector<std::int64_t>& shape) const;

  [[nodiscard]] bool has(LoraComponent component) const;
  [[nodiscard]] const LoraNames& names() const { return names_; }
  [[nodiscard]] std::string label() const { return source_->label(); }
  [[nodiscard]] const WeightSource& source() const { return *source_; }

 private:
  [[nodiscard]] std::optional<std::vector<std::int64_t>> shape_of(const LoraModule& module) const;
  [[nodiscard]] LoraFit counted(LoraComponent component, const std::set<const LoraModule*>& fitting) const;

  std::unique_ptr<WeightSource> source_;
  LoraNames names_;
};

/// A low-rank file and how strongly it is applied.
struct AppliedLora {
  std::shared_ptr<const LoraFile> file;
  double strength = 1.0;
};

/// How low-rank files act: folded into the weights while these are read, the sum made in fp32 and rounded once; or
/// added by the layers when they are called, so that networks with different files share the weights (what is no
/// product of small factors is folded then, too).
enum class LoraMethod { Folded, Added };

/// `base` with the files' differences. Keeps a reference to `base` and to the files.
class LoraSource final : public WeightSource {
 public:
  LoraSource(const WeightSource& base, LoraComponent component, const std::vector<AppliedLora>& loras,
             const std::map<std::string, std::string>& aliases = {}, LoraMethod method = LoraMethod::Folded);

  [[nodiscard]] const std::map<std::string, Entry>& entries() const override { return base_.entries(); }
  [[nodiscard]] bool is_stored(const std::string& name) const override { return !folded_.contains(name); }
  [[nodiscard]] std::vector<LowRankTerm> low_rank(const std::string& name) const override;
  [[nodiscard]] at::Tensor read(const std::string& name, at::ScalarType type,
                                const std::stop_token& stop) const override;
  [[nodiscard]] std::vector<std::filesystem::path> files() const override { return base_.files(); }
  [[nodiscard]] std::vector<FileStamp> stamps() const override { return base_.stamps(); }
  /// Of the model's files and of the low-rank ones.
  void require_unchanged() const override;
  [[nodiscard]] std::string label() const override { return base_.label(); }

 private:
  struct Addition {
    std::shared_ptr<const LoraFile> file;
    const LoraModule* module;
    double strength;
  };

  const WeightSource& base_;
  std::vector<std::shared_ptr<const LoraFile>> files_;
  std::map<std::string, std::vector<Addition>> folded_;    ///< by the name of the weight
  std::map<std::string, std::vector<LowRankTerm>> added_;  ///< likewise
};

}  // namespace tstitch
