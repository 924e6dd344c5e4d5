#include "ui/plan/plan_desk.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "core/base/text.h"
#include "ui/convert/picture_loader.h"
#include "ui/engine/inspection.h"
#include "ui/generate/create_panel.h"
#include "ui/generate/pair_box.h"
#include "ui/generate/split_choice.h"
#include "ui/grid/ratio_grid_model.h"
#include "ui/models/pair_care.h"
#include "ui/models/pair_session.h"
#include "ui/session/session.h"
#include "ui/settings/studio_state.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/window_words.h"

namespace tstitch::ui {
namespace {

constexpr std::size_t kMostKept = 40;  ///< pairs and sizes whose points are remembered

std::string placeOf(const std::filesystem::path& place) {
  const std::filesystem::path normal = place.lexically_normal();
  return (normal.has_filename() ? normal : normal.parent_path()).string();
}

/// The same models at the same size, in as many passes and from the same beginning: their points may stand in one plot.
QString plotKeyOf(const GenerationRequest& request) {
  QString key = QStringLiteral("%1x%2").arg(request.extent.width).arg(request.extent.height);
  if (request.source) key += QStringLiteral(" from %1").arg(request.source->strength);
  if (const auto& second = request.second_pass) {
    key += QStringLiteral(" then %1 %2").arg(second->scale).arg(second->strength);
  }
  for (const DenoiserChoice& denoiser : request.denoisers) {
    key += u'|' + QString::fromStdString(denoiser.name + '=' + placeOf(denoiser.model.location));
  }
  return key;
}

/// The leading number of an axis's value, "40%".
std::optional<int> numberIn(const std::string& text) {
  const std::size_t end = text.find_first_not_of("0123456789");
  const QString digits = QString::fromStdString(text.substr(0, end));
  bool fine = false;
  const int number = digits.toInt(&fine);
  return fine ? std::optional(number) : std::nullopt;
}

/// A cell as points need it; nothing where it has something that no plot of ratios and steps shows.
std::optional<MadeCell> madeCell(const RatioGridModel& grid, int number, const GenerationRequest& base) {
  const GridCell& cell = grid.cell(number);
  if (cell.state != CellState::Saved || cell.image.isNull()) return std::nullopt;
  MadeCell made{base.steps, -1, QString::fromStdString(concat(base.seed)), cell.seconds, cell.image};
  for (const auto& [axis, value] : grid.table().values(static_cast<std::size_t>(number))) {
    const std::optional<int> whole = numberIn(value);
    if (axis == "ratio" && whole) {
      made.percent = *whole;
    } else if (axis == "steps" && whole) {
      made.steps = *whole;
    } else if (axis == "seed") {
      made.seed = QString::fromStdString(value);
    } else {
      return std::nullopt;
    }
  }
  return made.percent < 0 ? std::nullopt : std::optional(made);
}

std::map<QString, std::vector<PlanPoint>> pointsFrom(const QString& text) {
  std::map<QString, std::vector<PlanPoint>> all;
  const QJsonObject stored = QJsonDocument::fromJson(text.toUtf8()).object();
  for (auto entry = stored.begin(); entry != stored.end() && all.size() < kMostKept; ++entry) {
    for (const auto value : entry.value().toArray()) {
      const QJsonArray point = value.toArray();
      if (point.size() != 4) continue;
      all[entry.key()].push_back(
          {point[0].toInt(), Percent{point[1].toInt()}, point[2].toDouble(), point[3].toDouble()});
    }
  }
  return all;
}

QString textOf(const std::map<QString, std::vector<PlanPoint>>& all) {
  QJsonObject stored;
  for (const auto& [key, points] : all) {
    QJsonArray list;
    for (const PlanPoint& point : points) {
      list.append(QJsonArray{point.steps, point.ratio.value, point.seconds, point.difference});
    }
    stored[key] = list;
  }
  return QString::fromUtf8(QJsonDocument(stored).toJson(QJsonDocument::Compact));
}

}  // namespace

PlanDesk::PlanDesk(Session& session, const PlanViews& views, StudioState& state)
    : QObject(&views.page),
      session_(session),
      views_(views),
      state_(state),
      points_(pointsFrom(state.planPoints.get())) {
  connect(&views_.pairs, &PairBox::pairChosen, this, [this] {
    seconds_ = {};
    views_.page.setMemory({});
    askFacts();
    showPoints();
  });
  connect(&views_.page, &PlanPage::benchWanted, &views_.care, &PairCare::measure);
  connect(&views_.care, &PairCare::measuringChanged, this, &PlanDesk::show);
  connect(&views_.care, &PairCare::changed, this, &PlanDesk::refresh);
  connect(&views_.page, &PlanPage::shown, this, &PlanDesk::refresh);
  connect(&views_.page, &PlanPage::measuredChosen, this, &PlanDesk::applyMeasured);
  connect(&views_.page, &PlanPage::pointChosen, this, &PlanDesk::applyPoint);
  connect(&views_.page, &PlanPage::ratiosWanted, this, &PlanDesk::wantRatios);
  connect(&session_, &Session::stateChanged, this, &PlanDesk::show);
  show();
}

/// Of all denoisers, the large one first.
void PlanDesk::askFacts() {
  models_.clear();
  problem_.clear();
  const PairEntry* pair = views_.pairs.pair();
  show();
  if (pair == nullptr || !pair->not_here.empty()) return;
  std::vector<DenoiserName> names{"large"};
  std::vector<std::filesystem::path> places{pair->large};
  for (const DenoiserChoice& denoiser : pair->defaults.denoisers) {
    if (denoiser.name == "large") continue;
    names.push_back(denoiser.name);
    places.push_back(denoiser.model.location);
  }
  session_.engine().askNewest(&factsTurn_, inspecting(places),
                              [this, names](const Reply<std::vector<ModelFacts>>& reply) {
                                problem_ = inWindowWords(reply.problem);
                                models_.clear();
                                if (reply.value) {
                                  for (std::size_t i = 0; i < names.size(); ++i) {
                                    models_.push_back({names[i], reply.value->at(i)});
                                  }
                                }
                                show();
                              });
}

void PlanDesk::takePlan(const RunPlan& plan) {
  seconds_ = plan.measured;
  views_.page.setMemory(plan.residency);
  show();
  showPoints();
}

void PlanDesk::refresh() {
  session_.engine().askNewest(
      &measuredTurn_, [](Library& library) { return library.measured_pairs(); },
      [this](const Reply<std::vector<MeasuredPair>>& reply) {
        if (!reply.value) return;
        measured_ = *reply.value;
        QStringList rows;
        for (const MeasuredPair& measured : measured_) rows << measuredText(pairName(measured), measured);
        views_.page.setMeasured(rows);
      });
}

/// As the list of pairs calls it; models that no pair there has are called by themselves.
QString PlanDesk::pairName(const MeasuredPair& measured) const {
  for (const PairEntry& pair : views_.pairs.pairs()) {
    const auto& denoisers = pair.defaults.denoisers;
    const bool same =
        denoisers.size() == measured.models.size() &&
        std::all_of(denoisers.begin(), denoisers.end(), [&](const DenoiserChoice& denoiser) {
          const auto model = measured.models.find(denoiser.name);
          return model != measured.models.end() && placeOf(model->second) == placeOf(denoiser.model.location);
        });
    if (same) return QString::fromStdString(pair.title);
  }
  QStringList names;
  for (auto model = measured.models.rbegin(); model != measured.models.rend(); ++model) {
    names << QString::fromStdString(std::filesystem::path(placeOf(model->second)).filename().string());
  }
  return names.join(QStringLiteral(" + "));
}

void PlanDesk::show() {
  const PairEntry* pair = views_.pairs.pair();
  QString verdict = tr("is being looked at");
  if (pair == nullptr) verdict = tr("no pair is chosen");
  if (pair != nullptr && !pair->not_here.empty()) verdict = tr("no: %1").arg(inWindowWords(pair->not_here));
  if (!problem_.isEmpty()) verdict = tr("no: %1").arg(problem_);
  if (!models_.empty()) verdict = stitchText(models_);
  views_.page.setPair(pair == nullptr ? QString() : QString::fromStdString(pair->title), verdict,
                      factRows(models_, seconds_));
  const bool stitches = !models_.empty() && stitch(models_);
  const bool busy = session_.isRunning() || views_.care.isMeasuring();
  QString bench = secondsText(seconds_.evaluation);
  if (bench.isEmpty()) bench = tr("not measured");
  if (views_.care.isMeasuring()) bench = tr("running");
  views_.page.setBench(bench, stitches && !busy);
  views_.page.setMeasuring(views_.panel.problems().isEmpty() && !busy,
                           tr("Makes a grid of ratios and step counts from Create's settings and times each picture."));
}

void PlanDesk::showPoints() {
  const auto known = points_.find(plotKeyOf(views_.panel.request()));
  const std::vector<PlanPoint> measured = known == points_.end() ? std::vector<PlanPoint>() : known->second;
  const std::vector<PlanPoint> further = predicted(measured);
  std::vector<PlanPoint> all = measured;
  all.insert(all.end(), further.begin(), further.end());
  if (textOf({{QString(), std::exchange(shownPoints_, all)}}) == textOf({{QString(), all}})) return;
  views_.page.setPoints(measured, further);
}

/// What runs like Create's would cost. Of a second pass nothing is predicted.
std::vector<PlanPoint> PlanDesk::predicted(const std::vector<PlanPoint>& measured) const {
  const GenerationRequest request = views_.panel.request();
  if (request.second_pass) return {};
  const CostModel cost{seconds_.evaluation, seconds_.text.value_or(0) + seconds_.decode.value_or(0)};
  const auto strength = request.source ? std::optional(request.source->strength) : std::nullopt;
  return predictedPoints(measured, cost, [&](int steps, Percent ratio) {
    SplitChoice choice;
    choice.setShape(runShape(request.sampler, request.spacing, steps, views_.panel.scheduler(), strength));
    choice.setPercent(ratio.value);
    std::vector<Segment> segments;
    if (choice.smallCount() > 0) segments.push_back({"small", choice.smallCount()});
    const int rest = choice.shape().evaluations - choice.smallCount();
    if (rest > 0) segments.push_back({"large", rest});
    return segments;
  });
}

/// Pair and size; all else of Create stays.
void PlanDesk::applyMeasured(int row) {
  if (row < 0 || row >= static_cast<int>(measured_.size())) return;
  const MeasuredPair measured = measured_[static_cast<std::size_t>(row)];
  const auto place = [&](const char* name) {
    const auto model = measured.models.find(name);
    return model == measured.models.end() ? std::string() : model->second.string();
  };
  const auto& pairs = views_.pairs.pairs();
  const QString name = pairName(measured);
  const auto known = std::find_if(pairs.begin(), pairs.end(),
                                  [&](const PairEntry& pair) { return QString::fromStdString(pair.title) == name; });
  if (known != pairs.end()) {
    views_.pairs.addPair(PairEntry(*known));
  } else {
    views_.models.useOwn({place("large"), place("small")});
  }
  GenerationRequest request = views_.panel.request();
  request.extent = measured.extent;
  views_.panel.apply(request);
  views_.notice.sayInstead(
      tr("%1 at %2x%3 stands in Create.").arg(name).arg(measured.extent.width).arg(measured.extent.height),
      NoticeMatter::Settings);
}

void PlanDesk::applyPoint(int point) {
  const auto& points = views_.page.points().points();
  if (point < 0 || point >= static_cast<int>(points.size())) return;
  const PlanPoint chosen = points[static_cast<std::size_t>(point)];
  GenerationRequest request = views_.panel.request();
  request.steps = chosen.steps;
  request.split = RatioSplit{{chosen.ratio}, SplitRule::Floor};
  views_.panel.apply(request);
  views_.notice.sayInstead(tr("%1 steps at %2 % stand in Create.").arg(chosen.steps).arg(chosen.ratio.value),
                           NoticeMatter::Settings);
}

/// The steps that Create asks for, and fewer.
void PlanDesk::wantRatios() {
  const int steps = views_.panel.request().steps;
  QStringList counts;
  for (const int part : {5, 3, 2}) {
    const QString count = QString::number(std::max(1, steps * part / 5));
    if (!counts.contains(count)) counts << count;
  }
  Q_EMIT ratiosWanted(QStringLiteral("0, 20, 40, 60, 80, 100"), counts.join(QStringLiteral(", ")));
}

void PlanDesk::takeGrid(const RatioGridModel& grid, const GenerationRequest& base) {
  std::vector<MadeCell> cells;
  for (int number = 0; number < grid.cellCount(); ++number) {
    if (auto cell = madeCell(grid, number, base)) cells.push_back(std::move(*cell));
  }
  if (cells.empty()) return;
  const auto points = std::make_shared<std::vector<PlanPoint>>();
  const auto work = [points, cells = std::move(cells)] {
    *points = pointsOf(cells);
    return QString();
  };
  inBackground(this, work, [this, points, key = plotKeyOf(base)](const QString&) { keepPoints(key, *points); });
}

/// Newer points of the same steps and ratio take the place of older ones.
void PlanDesk::keepPoints(const QString& key, const std::vector<PlanPoint>& points) {
  if (points.empty()) return;
  std::vector<PlanPoint>& kept = points_[key];
  for (const PlanPoint& point : points) {
    std::erase_if(kept, [&](const PlanPoint& old) { return old.steps == point.steps && old.ratio == point.ratio; });
    kept.push_back(point);
  }
  std::stable_sort(kept.begin(), kept.end(), [](const PlanPoint& a, const PlanPoint& b) {
    return std::pair(a.steps, a.ratio.value) < std::pair(b.steps, b.ratio.value);
  });
  while (points_.size() > kMostKept)
    points_.erase(points_.begin()->first == key ? std::prev(points_.end()) : points_.begin());
  state_.planPoints.set(textOf(points_));
  showPoints();
}

}  // namespace tstitch::ui
