#include "core/weights/lora.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/einsum.h>
#include <ATen/ops/kron.h>
#include <ATen/ops/matmul.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

using Shape = std::vector<std::int64_t>;

constexpr std::string_view kWeight = ".weight";

std::int64_t elements(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::string text_of(const Shape& shape) {
  std::vector<std::string> sides;
  for (const std::int64_t side : shape) sides.push_back(std::to_string(side));
  return concat("[", join(sides, ", "), "]");
}

/// Module path -> the name of its weight, for every layer of the base that has one; the paths spelled with dots and
/// with underscores, text encoders' without `text_model`.
std::map<std::string, std::string> weights_by_path(const WeightSource& base,
                                                   const std::map<std::string, std::string>& aliases,
                                                   LoraSpelling spelling) {
  std::map<std::string, std::string> weights;
  const auto add = [&](std::string path, const std::string& weight) {
    if (spelling == LoraSpelling::Underscored) std::replace(path.begin(), path.end(), '.', '_');
    weights.emplace(std::move(path), weight);
  };
  for (const auto& [name, entry] : base.entries()) {
    if (!name.ends_with(kWeight)) continue;
    std::string path = name.substr(0, name.size() - kWeight.size());
    if (path.starts_with("text_model.")) path.erase(0, std::string_view("text_model.").size());
    add(std::move(path), name);
  }
  for (const auto& [alias, path] : aliases) {
    const std::string weight = concat(path, kWeight);
    if (base.entries().contains(weight)) add(alias, weight);
  }
  return weights;
}

/// The factors of one module, read once, fp32.
class Factors {
 public:
  Factors(const WeightSource& source, const LoraModule& module) : source_(source), module_(module) {}

  [[nodiscard]] bool has(const char* role) const { return module_.tensors.contains(role); }
  [[nodiscard]] at::Tensor read(const char* role) const {
    const auto found = module_.tensors.find(role);
    if (found == module_.tensors.end()) {
      throw BadInput(concat("the module ", module_.path, " lacks its tensor ", role, "."), source_.label());
    }
    return source_.read(found->second, at::kFloat);
  }

  /// alpha / rank; 1 where there is no alpha.
  [[nodiscard]] double scale(std::int64_t rank) const {
    if (!has("alpha") || rank == 0) return 1.0;
    const at::Tensor alpha = read("alpha");
    if (alpha.numel() != 1) {
      throw BadInput(concat("the alpha of ", module_.path, " is not one number."), source_.label());
    }
    return alpha.item<double>() / static_cast<double>(rank);
  }

 private:
  const WeightSource& source_;
  const LoraModule& module_;
};

/// With a `mid` the kernel stands there (CP decomposition).
LowRankTerm low_rank_term(const Factors& factors) {
  const at::Tensor down = factors.read("down");
  const at::Tensor up = factors.read("up").flatten(1) * factors.scale(down.size(0));  // [out, r]
  if (!factors.has("mid")) return {down, up};
  return {at::einsum("rskl,si->rikl", {factors.read("mid"), down.flatten(1)}), up};
}

at::Tensor low_rank(const Factors& factors) {
  const LowRankTerm term = low_rank_term(factors);
  return at::matmul(term.up, term.down.flatten(1));
}

/// (w1_a * w1_b) elementwise (w2_a * w2_b); with `t` each is a Tucker core between its factors.
at::Tensor hadamard(const Factors& factors) {
  const auto half = [&](const char* a, const char* b, const char* t) {
    const at::Tensor left = factors.read(a), right = factors.read(b);
    if (!factors.has(t)) return at::matmul(left, right);
    return at::einsum("ijkl,jr,ip->prkl", {factors.read(t), right, left});
  };
  const double scale = factors.scale(factors.read("hada_w1_b").size(0));
  return half("hada_w1_a", "hada_w1_b", "hada_t1") * half("hada_w2_a", "hada_w2_b", "hada_t2") * scale;
}

/// The Kronecker product of two factors, each whole or a product itself. The rank is that of a product; without one
/// there is nothing to scale by.
at::Tensor kronecker(const Factors& factors) {
  std::int64_t rank = 0;
  const auto product = [&](const char* a, const char* b) {
    const at::Tensor right = factors.read(b);
    rank = right.size(0);
    return at::matmul(factors.read(a), right.flatten(1)).view([&] {
      Shape shape(right.sizes().begin(), right.sizes().end());
      shape[0] = -1;
      return shape;
    }());
  };
  const at::Tensor first = factors.has("lokr_w1") ? factors.read("lokr_w1") : product("lokr_w1_a", "lokr_w1_b");
  at::Tensor second;
  if (factors.has("lokr_t2")) {
    const at::Tensor right = factors.read("lokr_w2_b");
    rank = right.size(0);
    second = at::einsum("ijkl,jr,ip->prkl", {factors.read("lokr_t2"), right, factors.read("lokr_w2_a")});
  } else {
    second = factors.has("lokr_w2") ? factors.read("lokr_w2") : product("lokr_w2_a", "lokr_w2_b");
  }
  at::Tensor left = first;
  while (left.dim() < second.dim()) left = left.unsqueeze(-1);
  return at::kron(left, second.contiguous()) * factors.scale(rank);
}

}  // namespace

LoraFile::LoraFile(const std::filesystem::path& file) : LoraFile(open_weight_file(file)) {}

LoraFile::LoraFile(std::unique_ptr<WeightSource> source) : source_(std::move(source)) {
  std::vector<std::string> names;
  names.reserve(source_->entries().size());
  for (const auto& [name, entry] : source_->entries()) names.push_back(name);
  names_ = read_lora_names(names);
  if (!names_.modules.empty()) return;
  throw BadInput(concat("none of its ", names.size(), " tensors is named as in a LoRA, LoHa or LoKr file",
                        names.empty() ? std::string(".") : concat(" (the first is ", names.front(), ").")),
                 label(), "Expected names like lora_unet_..lora_down.weight or ..lora_A.weight.");
}

bool LoraFile::has(LoraComponent component) const {
  return std::any_of(names_.modules.begin(), names_.modules.end(),
                     [&](const LoraModule& module) { return module.component == component; });
}

std::map<std::string, const LoraModule*> LoraFile::targets(LoraComponent component, const WeightSource& base,
                                                           const std::map<std::string, std::string>& aliases) const {
  const auto dotted = weights_by_path(base, aliases, LoraSpelling::Dotted);
  const auto underscored = weights_by_path(base, aliases, LoraSpelling::Underscored);
  std::map<std::string, const LoraModule*> targets;
  for (const LoraModule& module : names_.modules) {
    if (module.component != component) continue;
    const auto& weights = module.spelling == LoraSpelling::Dotted ? dotted : underscored;
    const auto found = weights.find(module.path);
    if (found == weights.end()) continue;
    const auto shape = shape_of(module);
    const Shape& wanted = base.entries().at(found->second).shape;
    if (shape && elements(*shape) == elements(wanted) && shape->front() == wanted.front()) {
      targets[found->second] = &module;
    }
  }
  return targets;
}

LoraFit LoraFile::fit(LoraComponent component, const WeightSource& base,
                      const std::map<std::string, std::string>& aliases) const {
  std::set<const LoraModule*> fitting;
  for (const auto& [weight, module] : targets(component, base, aliases)) fitting.insert(module);
  return counted(component, fitting);
}

LoraFit LoraFile::fit_without_base(LoraComponent component) const {
  return counted(component, {});
}

LoraFit LoraFile::counted(LoraComponent component, const std::set<const LoraModule*>& fitting) const {
  LoraFit fit;
  fit.fitting = fitting.size();
  for (const LoraModule& module : names_.modules) {
    if (module.component != component) continue;
    ++fit.modules;
    if (!fitting.contains(&module) && fit.first_misfit.empty()) fit.first_misfit = module.tensors.begin()->second;
  }
  return fit;
}

/// What the module's factors multiply to, from shapes alone; nothing where a factor is missing or of another rank.
std::optional<Shape> LoraFile::shape_of(const LoraModule& module) const {
  const auto shape = [&](const char* role) -> Shape {
    const auto found = module.tensors.find(role);
    return found == module.tensors.end() ? Shape{} : source_->entries().at(found->second).shape;
  };
  const auto joined = [](std::int64_t out, const Shape& rest) {
    Shape result(rest);
    result.front() = out;
    return std::optional(result);
  };
  const Shape down = shape("down"), up = shape("up"), mid = shape("mid");
  if (down.size() >= 2 && up.size() >= 2 && up[1] == down[0]) {
    if (mid.empty()) return joined(up[0], down);
    return mid.size() == 4 ? std::optional(Shape{up[0], down[1], mid[2], mid[3]}) : std::nullopt;
  }
  const Shape a = shape("hada_w1_a"), b = shape("hada_w1_b"), core = shape("hada_t1");
  if (a.size() == 2 && b.size() == 2) {
    if (core.size() == 4) return Shape{a[1], b[1], core[2], core[3]};
    return core.empty() && a[1] == b[0] ? std::optional(Shape{a[0], b[1]}) : std::nullopt;
  }
  const auto factor = [&](const char* whole, const char* left, const char* right, const char* tucker) {
    Shape all = shape(whole);
    const Shape l = shape(left), r = shape(right), t = shape(tucker);
    if (!all.empty()) return all;
    if (l.size() != 2 || r.size() < 2) return Shape{};
    if (t.size() == 4) return Shape{l[1], r[1], t[2], t[3]};
    return *joined(l[0], r);
  };
  const Shape first = factor("lokr_w1", "lokr_w1_a", "lokr_w1_b", "");
  Shape second = factor("lokr_w2", "lokr_w2_a", "lokr_w2_b", "lokr_t2");
  if (first.size() != 2 || second.size() < 2) return std::nullopt;
  second[0] *= first[0];
  second[1] *= first[1];
  return second;
}

at::Tensor LoraFile::difference(const LoraModule& module, const Shape& shape) const {
  const Factors factors(*source_, module);
  const at::Tensor product = factors.has("down")        ? low_rank(factors)
                             : factors.has("hada_w1_a") ? hadamard(factors)
                                                        : kronecker(factors);
  if (product.numel() != elements(shape) || product.size(0) != shape.front()) {
    throw BadInput(concat("the factors of ", module.path, " do not multiply to ", text_of(shape), "."), label());
  }
  return product.reshape(shape);
}

std::optional<LowRankTerm> LoraFile::factors(const LoraModule& module, const Shape& shape) const {
  const Factors factors(*source_, module);
  if (!factors.has("down") || shape.size() < 2) return std::nullopt;
  LowRankTerm term = low_rank_term(factors);
  Shape sides = shape;
  sides.front() = term.down.size(0);
  if (term.down.numel() != elements(sides) || term.up.size(0) != shape.front()) {
    throw BadInput(concat("the factors of ", module.path, " do not multiply to ", text_of(shape), "."), label());
  }
  return LowRankTerm{term.down.reshape(sides), term.up};
}

void LoraSource::require_unchanged() const {
  base_.require_unchanged();
  for (const auto& file : files_) file->source().require_unchanged();
}

LoraSource::LoraSource(const WeightSource& base, LoraComponent component, const std::vector<AppliedLora>& loras,
                       const std::map<std::string, std::string>& aliases, LoraMethod method)
    : base_(base) {
  for (const AppliedLora& lora : loras) {
    files_.push_back(lora.file);
    for (const auto& [weight, module] : lora.file->targets(component, base, aliases)) {
      std::optional<LowRankTerm> term;
      if (method == LoraMethod::Added) term = lora.file->factors(*module, base.entries().at(weight).shape);
      if (term) {
        added_[weight].push_back({term->down, term->up * lora.strength});
      } else {
        folded_[weight].push_back({lora.file, module, lora.strength});
      }
    }
  }
}

std::vector<LowRankTerm> LoraSource::low_rank(const std::string& name) const {
  const auto found = added_.find(name);
  return found == added_.end() ? std::vector<LowRankTerm>() : found->second;
}

at::Tensor LoraSource::read(const std::string& name, at::ScalarType type, const std::stop_token& stop) const {
  const auto found = folded_.find(name);
  if (found == folded_.end()) return base_.read(name, type, stop);
  at::Tensor sum = base_.read(name, at::kFloat, stop);
  const Shape shape(sum.sizes().begin(), sum.sizes().end());
  for (const Addition& addition : found->second) {
    sum = sum + addition.file->difference(*addition.module, shape) * addition.strength;
  }
  return sum.to(type);
}

}  // namespace tstitch
