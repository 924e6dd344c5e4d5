#include "core/weights/lora.h"

#include <algorithm>
#include <array>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/einsum.h>
#include <ATen/ops/kron.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/zeros_like.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/configs/foreign_kinds.h"
#include "core/configs/model_config.h"
#include "core/formats/tensor_shapes.h"
#include "core/formats/text_file.h"
#include "core/weights/joined_source.h"
#include "core/weights/mapped_source.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

using Shape = std::vector<std::int64_t>;

constexpr std::string_view kWeight = ".weight";
constexpr std::string_view kBias = ".bias";

std::string text_of(const Shape& shape) {
  std::vector<std::string> sides;
  for (const std::int64_t side : shape) sides.push_back(concat(side));
  return concat("[", join(sides, ", "), "]");
}

/// How a module changes its weight.
enum class ChangeKind { None, Product, Hadamard, Kronecker, Generalised, Scaling, Embedding, Whole };

/// The roles of each, of which the first tells it; all of the second list are needed.
struct ChangeRoles {
  ChangeKind kind;
  std::vector<const char*> told_by;
  std::vector<const char*> needed;
};

const std::vector<ChangeRoles>& change_roles() {
  static const std::vector<ChangeRoles> kRoles{
      {ChangeKind::Product, {"down", "up"}, {"down", "up"}},
      {ChangeKind::Hadamard,
       {"hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b"},
       {"hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b"}},
      {ChangeKind::Kronecker, {"lokr_w1", "lokr_w1_a", "lokr_w2", "lokr_w2_a"}, {}},
      {ChangeKind::Generalised, {"a1", "b1"}, {"a1", "a2", "b1", "b2"}},
      {ChangeKind::Scaling, {"ia3"}, {"ia3", "on_input"}},
      {ChangeKind::Embedding, {"embedding_down", "embedding_up"}, {"embedding_down", "embedding_up"}},
      {ChangeKind::Whole, {"diff"}, {}},
      {ChangeKind::Whole, {"w_norm"}, {}},
  };
  return kRoles;
}

ChangeKind kind_of(const LoraModule& module) {
  for (const ChangeRoles& roles : change_roles()) {
    for (const char* role : roles.told_by) {
      if (module.has(role)) return roles.kind;
    }
  }
  return ChangeKind::None;
}

const char* bias_role(const LoraModule& module) {
  for (const char* role : {"diff_b", "b_norm", "up_bias"}) {
    if (module.has(role)) return role;
  }
  return nullptr;
}

/// A module's layer -> the name of that layer in the base.
std::map<std::string, std::string> layers_by_key(LoraComponent component, const WeightSource& base,
                                                 const std::map<std::string, std::string>& aliases) {
  std::map<std::string, std::string> layers;
  for (const auto& [name, entry] : base.entries()) {
    if (!name.ends_with(kWeight)) continue;
    std::string layer = name.substr(0, name.size() - kWeight.size());
    layers.emplace(lora_layer_key(component, layer), std::move(layer));
  }
  for (const auto& [alias, layer] : aliases) {
    if (base.entries().contains(concat(layer, kWeight))) layers.emplace(lora_layer_key(component, alias), layer);
  }
  return layers;
}

/// The factors of one module, read once, fp32.
class Factors {
 public:
  Factors(const WeightSource& source, const LoraModule& module, const LoraSettings& settings)
      : source_(source), module_(module), settings_(settings) {}

  [[nodiscard]] bool has(const char* role) const { return module_.has(role); }
  [[nodiscard]] at::Tensor read(const char* role) const { return source_.read(name_of(role), at::kFloat); }
  [[nodiscard]] at::Tensor read_matrix(const char* role) const { return read(role).flatten(1); }
  [[nodiscard]] double number(const char* role) const { return source_.number(name_of(role)); }

  /// What multiplies a product of that rank: alpha / rank, or what peft's settings say; 1 where nothing is said. Rank
  /// 0: of no product.
  [[nodiscard]] double scale(std::int64_t rank) const {
    if (has("scale")) return own_scale();
    if (!has("alpha")) return settings_.scale(module_, rank) * own_scale();
    return (rank == 0 ? 1.0 : number("alpha") / static_cast<double>(rank)) * own_scale();
  }

  /// The same of what has no rank.
  [[nodiscard]] double own_scale() const {
    return (has("scale") ? number("scale") : 1.0) * (has("scalar") ? number("scalar") : 1.0);
  }

 private:
  [[nodiscard]] const std::string& name_of(const char* role) const {
    const auto found = module_.tensors.find(role);
    if (found != module_.tensors.end()) return found->second;
    throw BadInput(concat("the module ", module_.path, " lacks its tensor ", role, "."), source_.label());
  }

  const WeightSource& source_;
  const LoraModule& module_;
  const LoraSettings& settings_;
};

/// With a `mid` the kernel stands there (CP decomposition).
LowRankTerm low_rank_term(const Factors& factors) {
  const at::Tensor down = factors.read("down");
  const at::Tensor up = factors.read_matrix("up") * factors.scale(down.size(0));  // [out, r]
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

/// GLoRA: W a1 a2 + b1 b2. Before LyCORIS 3 the factors stood the other way round: W a2 a1 + b2 b1.
at::Tensor generalised(const Factors& factors, const at::Tensor& stored) {
  const bool is_old =
      factors.read_matrix("a1").size(0) != stored.size(1) || factors.read_matrix("b1").size(0) != stored.size(0);
  const at::Tensor a_in = factors.read_matrix(is_old ? "a2" : "a1"), a_out = factors.read_matrix(is_old ? "a1" : "a2");
  const at::Tensor b_out = factors.read_matrix(is_old ? "b2" : "b1"), b_in = factors.read_matrix(is_old ? "b1" : "b2");
  const at::Tensor change =
      at::einsum("oik,ij->ojk", {stored.flatten(1).view({stored.size(0), stored.size(1), -1}), at::matmul(a_in, a_out)})
          .reshape(stored.sizes());
  const at::Tensor beside = factors.has("bm") ? at::einsum("mnkl,im,nj->ijkl", {factors.read("bm"), b_out, b_in})
                                              : at::matmul(b_out, b_in).reshape(stored.sizes());
  return (change + beside) * factors.scale(a_in.size(1));
}

/// Which side of a weight IA3 scales.
std::size_t scaled_side(const Factors& factors) {
  return factors.number("on_input") != 0.0 ? 1 : 0;
}

/// IA3: each column, or each row, of the weight times a number of its own.
at::Tensor scaling(const Factors& factors, const at::Tensor& stored) {
  const at::Tensor numbers = factors.read("ia3").flatten();
  Shape sides(static_cast<std::size_t>(stored.dim()), 1);
  sides[scaled_side(factors)] = -1;
  return stored * numbers.view(sides) * factors.own_scale();
}

at::Tensor embedding(const Factors& factors) {
  const at::Tensor down = factors.read("embedding_down");
  return at::matmul(factors.read("embedding_up"), down).t() * factors.scale(down.size(0));
}

/// DoRA: the rows of `sum` (or its columns) times the magnitude over the norm of those of `trained`.
at::Tensor with_magnitude(const Factors& factors, const at::Tensor& trained, const at::Tensor& sum) {
  const bool is_peft = factors.has("magnitude");
  const at::Tensor magnitude = factors.read(is_peft ? "magnitude" : "dora_scale");
  const bool begins_with_outputs = magnitude.dim() > 0 && magnitude.size(0) == trained.size(0);
  const bool by_output = is_peft || begins_with_outputs || trained.size(1) != magnitude.numel();
  std::vector<std::int64_t> others;
  for (std::int64_t side = 0; side < trained.dim(); ++side) {
    if (side != (by_output ? 0 : 1)) others.push_back(side);
  }
  const at::Tensor norm = at::linalg_vector_norm(trained, 2, others, true);
  return sum * (magnitude.reshape(norm.sizes()) / norm);
}

/// The settings beside the tensors, of a file.
LoraSettings settings_of(const WeightSource& source, const fs::path& file, bool is_peft) {
  LoraSettings settings = read_lora_metadata(source.metadata(), source.label());
  const fs::path config = file.parent_path() / "adapter_config.json";
  std::error_code ignored;
  if (!is_peft || !settings.scaling.empty() || !fs::is_regular_file(config, ignored)) return settings;
  settings.scaling = parse_adapter_settings(read_text_file(config), config.string()).scaling;
  return settings;
}

std::vector<std::string> names_in(const WeightSource& source) {
  std::vector<std::string> names;
  names.reserve(source.entries().size());
  for (const auto& [name, entry] : source.entries()) names.push_back(name);
  return names;
}

/// diffusers keeps the scale in the tensors where it writes no settings; peft never does.
bool is_peft_without_scale(const LoraNames& names, const LoraSettings& settings) {
  const auto is_unscaled = [](const LoraModule& module) {
    const ChangeKind kind = kind_of(module);
    const bool is_scaled = kind != ChangeKind::None && kind != ChangeKind::Whole && kind != ChangeKind::Scaling;
    return is_scaled && !module.has("alpha") && !module.has("scale");
  };
  return names.is_peft && settings.scaling.empty() &&
         std::any_of(names.modules.begin(), names.modules.end(), is_unscaled);
}

std::unique_ptr<WeightSource> with_prefix(std::shared_ptr<const WeightSource> source, const std::string& prefix) {
  TensorMap map;
  for (const auto& [name, entry] : source->entries()) map[prefix + name] = {.name = name, .shape = entry.shape};
  return std::make_unique<MappedSource>(std::move(source), std::move(map));
}

/// What one file's settings say of the components that it changes; those of one network alone name no other.
void take_settings(LoraSettings& all, const LoraSettings& own, const LoraNames& names) {
  if (all.family.empty()) all.family = own.family;
  if (own.scaling.empty()) return;
  for (const LoraModule& module : names.modules) {
    const auto found = own.scaling.find(module.component);
    all.scaling[module.component] = found == own.scaling.end() ? own.scaling.begin()->second : found->second;
  }
}

/// Of the product of two factors, or of a Tucker core between them.
std::optional<Shape> product_shape(const Shape& left, const Shape& right, const Shape& core) {
  if (left.size() != 2 || right.size() < 2) return std::nullopt;
  if (core.size() == 4) {
    if (right.size() != 2 || core[0] != left[0] || core[1] != right[0]) return std::nullopt;
    return Shape{left[1], right[1], core[2], core[3]};
  }
  if (!core.empty() || left[1] != right[0]) return std::nullopt;
  Shape product(right);
  product.front() = left[0];
  return product;
}

/// Whether two tensors, each as a matrix of its first side by all others, multiply to one of such sides.
bool fits_matrices(const Shape& left, const Shape& right, std::int64_t rows, std::int64_t columns) {
  if (left.size() < 2 || right.size() < 2 || left[0] != rows || right[0] <= 0) return false;
  return element_count(left) == rows * right[0] && element_count(right) == right[0] * columns;
}

/// GLoRA with a kernel between its second factors.
bool fits_tucker(const Shape& a1, const Shape& a2, const Shape& b1, const Shape& b2, const Shape& kernel,
                 const Shape& wanted) {
  if (b1.size() < 2 || b2.size() < 2 || !fits_matrices(a1, a2, wanted[1], wanted[1])) return false;
  if (element_count(b1) != b1[0] * b1[1] || b1[0] != wanted[0]) return false;
  if (element_count(b2) != b2[0] * b2[1] || b2[1] != wanted[1]) return false;
  return kernel == Shape{b1[1], b2[0], wanted[2], wanted[3]};
}

}  // namespace

LoraFile::LoraFile(const fs::path& file)
    : source_(open_weight_file(file)), names_(read_lora_names(names_in(*source_))) {
  require_all_known();
  settings_ = settings_of(*source_, file, names_.is_peft);
  lacks_scale_ = is_peft_without_scale(names_, settings_);
}

LoraFile::LoraFile(const std::vector<LoraFilePiece>& pieces, const std::string& label) {
  std::vector<std::unique_ptr<WeightSource>> sources;
  for (const LoraFilePiece& piece : pieces) {
    std::unique_ptr<WeightSource> source = open_weight_file(piece.path);
    const LoraNames own = read_lora_names(names_in(*source));
    const LoraSettings settings = settings_of(*source, piece.path, own.is_peft);
    lacks_scale_ = lacks_scale_ || is_peft_without_scale(own, settings);
    sources.push_back(with_prefix(std::move(source), piece.prefix));
    take_settings(settings_, settings, read_lora_names(names_in(*sources.back())));
  }
  source_ = std::make_unique<JoinedSource>(std::move(sources), label);
  names_ = read_lora_names(names_in(*source_));
  require_all_known();
}

LoraFile::LoraFile(std::unique_ptr<WeightSource> source, LoraSettings settings)
    : source_(std::move(source)), names_(read_lora_names(names_in(*source_))), settings_(std::move(settings)) {
  require_all_known();
}

/// What is left out would change the picture.
void LoraFile::require_all_known() const {
  refuse_unsupported_adapter(names_.foreign, shapes_of(*source_), label());
  if (names_.modules.empty()) {
    const auto& entries = source_->entries();
    throw BadInput(concat("none of its ", entries.size(), " tensors is named as in a LoRA, LoHa or LoKr file",
                          entries.empty() ? std::string(".") : concat(" (the first is ", entries.begin()->first, ").")),
                   label(), "Expected names like lora_unet_..lora_down.weight or ..lora_A.weight.");
  }
  if (names_.adapters.size() > 1) {
    throw BadInput(concat("holds ", names_.adapters.size(), " adapters in one (", *names_.adapters.begin(), ", ",
                          *std::next(names_.adapters.begin()), "), expected one."),
                   label(), "Save each in a file of its own.");
  }
  for (const std::string& name : names_.foreign) {
    // A tensor without elements is a mark that some program left.
    if (element_count(source_->entries().at(name).shape) == 0) continue;
    throw BadInput(concat("its tensor ", name, " is of no kind that a LoRA is known to hold and would be left out."),
                   label());
  }
  for (const LoraModule& module : names_.modules) require_complete(module);
}

void LoraFile::require_complete(const LoraModule& module) const {
  for (const auto& [role, name] : module.tensors) {
    if (element_count(source_->entries().at(name).shape) > 0) continue;
    throw BadInput(concat("its tensor ", name, " has no elements."), label());
  }
  const auto is_there = [&](const char* role) { return module.has(role); };
  for (const ChangeRoles& roles : change_roles()) {
    if (std::none_of(roles.told_by.begin(), roles.told_by.end(), is_there)) continue;
    const auto missing = std::find_if_not(roles.needed.begin(), roles.needed.end(), is_there);
    if (missing != roles.needed.end()) {
      throw BadInput(concat("the module ", module.path, " lacks its tensor ", *missing, "."), label());
    }
    if (roles.kind != kind_of(module) || (module.has("diff") && module.has("w_norm"))) {
      throw BadInput(concat("the module ", module.path, " holds two kinds of changes."), label());
    }
  }
  if (kind_of(module) == ChangeKind::Kronecker && !shape_of(module)) {
    throw BadInput(concat("the factors of the module ", module.path, " do not multiply."), label());
  }
}

bool LoraFile::has(LoraComponent component) const {
  return std::any_of(names_.modules.begin(), names_.modules.end(),
                     [&](const LoraModule& module) { return module.component == component; });
}

std::map<std::string, const LoraModule*> LoraFile::targets(LoraComponent component, const WeightSource& base,
                                                           const std::map<std::string, std::string>& aliases) const {
  const auto layers = layers_by_key(component, base, aliases);
  std::map<std::string, const LoraModule*> targets;
  const auto add = [&](const std::string& name, const LoraModule& module) {
    if (targets.emplace(name, &module).second) return;
    throw BadInput(concat("two of its modules change ", name, ": ", targets.at(name)->path, " and ", module.path, "."),
                   label());
  };
  for (const LoraModule& module : names_.modules) {
    const auto found = layers.find(lora_layer_key(component, module.path));
    if (module.component != component || found == layers.end()) continue;
    const std::string weight = concat(found->second, kWeight), bias = concat(found->second, kBias);
    const bool changes_bias = bias_role(module) != nullptr, changes_weight = kind_of(module) != ChangeKind::None;
    const auto stored_bias = base.entries().find(bias);
    if (changes_weight && !fits_weight(module, base.entries().at(weight).shape)) continue;
    const bool has_bias = stored_bias != base.entries().end() && fits_bias(module, stored_bias->second.shape);
    if (changes_bias && !has_bias) continue;
    if (changes_weight) add(weight, module);
    if (changes_bias) add(bias, module);
  }
  return targets;
}

LoraFit LoraFile::fit(LoraComponent component, const WeightSource& base,
                      const std::map<std::string, std::string>& aliases) const {
  std::set<const LoraModule*> fitting;
  for (const auto& [name, module] : targets(component, base, aliases)) fitting.insert(module);
  const auto layers = layers_by_key(component, base, aliases);
  LoraFit fit;
  fit.fitting = fitting.size();
  for (const LoraModule& module : names_.modules) {
    if (module.component != component) continue;
    ++fit.modules;
    if (fitting.contains(&module)) continue;
    const auto layer = layers.find(lora_layer_key(component, module.path));
    const bool is_first = fit.first_misfit.empty();
    if (is_first) fit.first_misfit = module.tensors.begin()->second;
    if (layer == layers.end() || !fit.misfit_fact.empty()) continue;
    const auto shape = shape_of(module);
    if (!shape || kind_of(module) == ChangeKind::None) continue;
    fit.misfit_fact = concat(layer->second, " is ", text_of(base.entries().at(concat(layer->second, kWeight)).shape),
                             ", the LoRA changes one of ", text_of(*shape));
  }
  return fit;
}

LoraFit LoraFile::fit_without_base(LoraComponent component) const {
  LoraFit fit;
  for (const LoraModule& module : names_.modules) {
    if (module.component != component) continue;
    ++fit.modules;
    if (fit.first_misfit.empty()) fit.first_misfit = module.tensors.begin()->second;
  }
  return fit;
}

LoraFile::Shape LoraFile::shape_of_tensor(const LoraModule& module, const char* role) const {
  const auto found = module.tensors.find(role);
  return found == module.tensors.end() ? Shape{} : source_->entries().at(found->second).shape;
}

/// The shape of the weight that the module changes, from shapes alone; nothing where a factor is missing or of another
/// rank, and where the factors alone do not tell.
std::optional<LoraFile::Shape> LoraFile::shape_of(const LoraModule& module) const {
  const auto shape = [&](const char* role) { return shape_of_tensor(module, role); };
  const auto joined = [](std::int64_t out, const Shape& rest) {
    Shape result(rest);
    result.front() = out;
    return std::optional(result);
  };
  const ChangeKind kind = kind_of(module);
  if (kind == ChangeKind::Whole) return shape(module.has("diff") ? "diff" : "w_norm");
  if (kind == ChangeKind::Product) {
    const Shape down = shape("down"), up = shape("up"), mid = shape("mid");
    if (down.size() < 2 || up.size() < 2 || up[1] != down[0] || element_count(up) != up[0] * up[1]) return std::nullopt;
    if (mid.empty()) return joined(up[0], down);
    const bool is_kernel =
        mid.size() == 4 && mid[0] == up[1] && mid[1] == down[0] && element_count(down) == down[0] * down[1];
    return is_kernel ? std::optional(Shape{up[0], down[1], mid[2], mid[3]}) : std::nullopt;
  }
  if (kind == ChangeKind::Embedding) {
    const Shape down = shape("embedding_down"), up = shape("embedding_up");
    const bool fits = down.size() == 2 && up.size() == 2 && up[1] == down[0];
    return fits ? std::optional(Shape{down[1], up[0]}) : std::nullopt;
  }
  if (kind == ChangeKind::Hadamard) {
    const auto first = product_shape(shape("hada_w1_a"), shape("hada_w1_b"), shape("hada_t1"));
    const auto second = product_shape(shape("hada_w2_a"), shape("hada_w2_b"), shape("hada_t2"));
    return first == second ? first : std::nullopt;
  }
  if (kind != ChangeKind::Kronecker) return std::nullopt;
  const auto factor = [&](const char* whole, const char* left, const char* right, const char* core) {
    const Shape all = shape(whole);
    return all.empty() ? product_shape(shape(left), shape(right), shape(core)).value_or(Shape{}) : all;
  };
  const Shape first = factor("lokr_w1", "lokr_w1_a", "lokr_w1_b", "");
  Shape second = factor("lokr_w2", "lokr_w2_a", "lokr_w2_b", "lokr_t2");
  if (first.size() != 2 || second.size() < 2) return std::nullopt;
  second[0] *= first[0];
  second[1] *= first[1];
  return second;
}

bool LoraFile::fits_weight(const LoraModule& module, const Shape& wanted) const {
  const auto shape = [&](const char* role) { return shape_of_tensor(module, role); };
  if (wanted.empty()) return false;
  const std::int64_t out = wanted[0], in = wanted.size() > 1 ? wanted[1] : 1;
  for (const char* role : {"magnitude", "dora_scale"}) {
    if (!module.has(role)) continue;
    const std::int64_t count = element_count(shape(role));
    if (wanted.size() < 2 || (count != out && (std::string_view(role) == "magnitude" || count != in))) return false;
  }
  switch (kind_of(module)) {
    case ChangeKind::Generalised: {
      const Shape a1 = shape("a1"), a2 = shape("a2"), b1 = shape("b1"), b2 = shape("b2");
      if (module.has("bm")) return wanted.size() == 4 && fits_tucker(a1, a2, b1, b2, shape("bm"), wanted);
      const std::int64_t inner = element_count(wanted) / std::max<std::int64_t>(out, 1);
      const bool is_new = fits_matrices(a1, a2, in, in) && fits_matrices(b1, b2, out, inner);
      return is_new || (fits_matrices(a2, a1, in, in) && fits_matrices(b2, b1, out, inner));
    }
    case ChangeKind::Scaling:
      return wanted.size() >= 2 &&
             element_count(shape("ia3")) == wanted[scaled_side(Factors(*source_, module, settings_))];
    default:
      break;
  }
  const auto found = shape_of(module);
  return found && element_count(*found) == element_count(wanted) && found->front() == out;
}

bool LoraFile::fits_bias(const LoraModule& module, const Shape& wanted) const {
  const char* role = bias_role(module);
  return role == nullptr || element_count(shape_of_tensor(module, role)) == element_count(wanted);
}

at::Tensor LoraFile::difference(const LoraModule& module, const at::Tensor& stored) const {
  const Factors factors(*source_, module, settings_);
  switch (kind_of(module)) {
    case ChangeKind::Product:
      return low_rank(factors);
    case ChangeKind::Hadamard:
      return hadamard(factors);
    case ChangeKind::Kronecker:
      return kronecker(factors);
    case ChangeKind::Generalised:
      return generalised(factors, stored);
    case ChangeKind::Scaling:
      return scaling(factors, stored);
    case ChangeKind::Embedding:
      return embedding(factors);
    case ChangeKind::Whole:
      return factors.read(module.has("diff") ? "diff" : "w_norm") * factors.own_scale();
    case ChangeKind::None:
      break;
  }
  return at::zeros_like(stored);
}

at::Tensor LoraFile::changed_weight(const LoraModule& module, const at::Tensor& stored, const at::Tensor& sum,
                                    double strength) const {
  const at::Tensor product = difference(module, stored);
  if (product.numel() != stored.numel() || product.size(0) != stored.size(0)) {
    const Shape shape(stored.sizes().begin(), stored.sizes().end());
    throw BadInput(concat("the factors of ", module.path, " do not multiply to ", text_of(shape), "."), label());
  }
  const at::Tensor added = product.reshape(stored.sizes()) * strength;
  if (!module.has("magnitude") && !module.has("dora_scale")) return sum + added;
  return with_magnitude(Factors(*source_, module, settings_), stored + added, sum + added);
}

at::Tensor LoraFile::changed_bias(const LoraModule& module, const at::Tensor& sum, double strength) const {
  const Factors factors(*source_, module, settings_);
  const char* role = bias_role(module);
  TSTITCH_CHECK(role != nullptr, module.path);
  const double scale =
      module.has("up_bias") ? factors.scale(shape_of_tensor(module, "down").front()) : factors.own_scale();
  return sum + factors.read(role).reshape(sum.sizes()) * (scale * strength);
}

std::optional<LowRankTerm> LoraFile::factors(const LoraModule& module, const Shape& shape) const {
  const bool is_product = kind_of(module) == ChangeKind::Product && shape.size() >= 2;
  if (!is_product || module.has("magnitude") || module.has("dora_scale")) return std::nullopt;
  const LowRankTerm term = low_rank_term(Factors(*source_, module, settings_));
  Shape sides = shape;
  sides.front() = term.down.size(0);
  if (term.down.numel() != element_count(sides) || term.up.size(0) != shape.front()) {
    throw BadInput(concat("the factors of ", module.path, " do not multiply to ", text_of(shape), "."), label());
  }
  return LowRankTerm{term.down.reshape(sides), term.up};
}

std::set<std::int64_t> LoraFile::text_widths() const {
  std::set<std::int64_t> widths;
  for (const LoraModule& module : names_.modules) {
    if (module.component != LoraComponent::Network) continue;
    const std::string key = lora_layer_key(module.component, module.path);
    if (!key.ends_with("attn2_to_k") && !key.ends_with("attn2_to_v")) continue;
    if (kind_of(module) == ChangeKind::Generalised) {
      const Shape a1 = shape_of_tensor(module, "a1"), a2 = shape_of_tensor(module, "a2");
      if (a1.size() >= 2 && a2.size() >= 2) widths.insert(a1[0] == a2[1] ? a1[0] : a2[0]);
    } else if (const auto shape = shape_of(module); shape && shape->size() >= 2) {
      widths.insert((*shape)[1]);
    }
  }
  return widths;
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
    for (const auto& [name, module] : lora.file->targets(lora.modules.value_or(component), base, aliases)) {
      folded_[name].push_back({lora.file, module, lora.strength});
    }
  }
  if (method == LoraMethod::Folded) return;
  for (auto changes = folded_.begin(); changes != folded_.end();) {
    std::vector<LowRankTerm> terms = terms_of(changes->first, changes->second);
    if (terms.empty()) {
      ++changes;
      continue;
    }
    added_.emplace(changes->first, std::move(terms));
    changes = folded_.erase(changes);
  }
}

/// Nothing where one of the changes is no product of small factors: their order counts then.
std::vector<LowRankTerm> LoraSource::terms_of(const std::string& name, const std::vector<Change>& changes) const {
  std::vector<LowRankTerm> terms;
  if (name.ends_with(kBias)) return terms;
  for (const Change& change : changes) {
    const auto term = change.file->factors(*change.module, base_.entries().at(name).shape);
    if (!term) return {};
    terms.push_back({term->down, term->up * change.strength});
  }
  return terms;
}

std::vector<LowRankTerm> LoraSource::low_rank(const std::string& name) const {
  const auto found = added_.find(name);
  return found == added_.end() ? std::vector<LowRankTerm>() : found->second;
}

at::Tensor LoraSource::read(const std::string& name, at::ScalarType type, const std::stop_token& stop) const {
  const auto found = folded_.find(name);
  if (found == folded_.end()) return base_.read(name, type, stop);
  const at::Tensor stored = base_.read(name, at::kFloat, stop);
  const bool is_bias = name.ends_with(kBias);
  at::Tensor sum = stored;
  for (const Change& change : found->second) {
    sum = is_bias ? change.file->changed_bias(*change.module, sum, change.strength)
                  : change.file->changed_weight(*change.module, stored, sum, change.strength);
  }
  return sum.to(type);
}

bool LoraSource::read_part(const std::string& name, std::int64_t first, at::Tensor& target,
                           const std::stop_token& stop) const {
  return !folded_.contains(name) && base_.read_part(name, first, target, stop);
}

}  // namespace tstitch
