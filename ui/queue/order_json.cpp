#include "ui/queue/order_json.h"

#include <algorithm>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/json_fields.h"
#include "core/request/request_json.h"
#include "ui/settings/preferences.h"

namespace tstitch::ui {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;
constexpr const char* kWhere = "a job of the queue";

template <class T>
std::string wordOf(T value) {
  return SettingText<T>::toVariant(value).toString().toStdString();
}

template <class T>
T valueOf(const std::string& word) {
  return SettingText<T>::fromVariant(QString::fromStdString(word), T{});
}

json settingsJson(const RunSettings& settings) {
  return {{"device", wordOf(settings.device)},       {"device_index", settings.device_index},
          {"precision", wordOf(settings.precision)}, {"threads", settings.threads},
          {"memory", settings.memory_limit},         {"variant", settings.variant}};
}

RunSettings settingsFrom(const JsonFields& fields) {
  RunSettings settings;
  settings.device = valueOf<DeviceKind>(fields.text("device"));
  settings.device_index = fields.integer("device_index");
  settings.precision = valueOf<Precision>(fields.text("precision"));
  settings.threads = fields.integer("threads");
  settings.memory_limit = static_cast<std::int64_t>(fields.unsigned_integer("memory"));
  settings.variant = fields.text("variant");
  return settings;
}

/// Where all axes are `ratio`, `seed`, ... as a grid's job writes them.
json axesJson(const std::vector<GridAxis>& axes) {
  json all = json::array();
  for (const GridAxis& axis : axes) all.push_back({{"name", axis.name}, {"values", axis.values}});
  return all;
}

json countsJson(const PassCounts& counts) {
  return {{"small", counts.small}, {"evaluations", counts.evaluations}};
}

/// Orders of earlier versions know of no second pass.
PassCounts secondFrom(const JsonFields& fields) {
  if (!fields.has("second")) return {};
  const JsonFields second = fields.object("second");
  return {second.integer("small"), second.integer("evaluations")};
}

json cellsJson(const std::vector<CellOrder>& cells) {
  json all = json::array();
  for (const CellOrder& cell : cells) {
    all.push_back({{"small", cell.small}, {"evaluations", cell.evaluations}, {"note", cell.note}});
    if (cell.second.evaluations > 0) all.back()["second"] = countsJson(cell.second);
  }
  return all;
}

template <class T>
std::vector<T> listOf(const JsonFields& fields, const char* key) {
  std::vector<T> values;
  for (const json& value : fields.array(key)) {
    try {
      values.push_back(value.get<T>());
    } catch (const json::exception&) {
      throw BadInput("holds a value of another kind.", fields.place(key));
    }
  }
  return values;
}

Job jobFrom(const JsonFields& fields) {
  Job job;
  job.request = request_from_json(fields.text("request"), RequestForm::Local);
  job.count = fields.integer("count");
  job.classes = listOf<int>(fields, "classes");
  job.settings = settingsFrom(fields.object("settings"));
  job.preview = {valueOf<PreviewKind>(fields.text("preview")), fields.integer("preview_every")};
  job.output = {fields.text("output"), fields.truth("metadata")};
  if (fields.has("expected")) job.expected = parse_picture_request(fields.text("expected"), kWhere).made;
  if (job.count < 1) throw BadInput("makes no picture.", kWhere);
  return job;
}

}  // namespace

QString orderJson(const RunOrder& order) {
  const Job& job = order.pictures();
  json all = {{"version", kVersion},
              {"request", to_json(job.request, RequestForm::Local)},
              {"count", job.count},
              {"classes", job.classes},
              {"settings", settingsJson(job.settings)},
              {"preview", wordOf(job.preview.kind)},
              {"preview_every", job.preview.every},
              {"output", job.output.path.string()},
              {"metadata", job.output.metadata},
              {"small", order.small},
              {"evaluations", order.evaluations},
              {"cells", cellsJson(order.cells)}};
  if (order.second.evaluations > 0) all["second"] = countsJson(order.second);
  if (job.expected) all["expected"] = picture_request_json(job.request, *job.expected);
  if (order.isGrid()) {
    all["axes"] = axesJson(order.grid().axes);
    all["across"] = order.grid().across;
    all["repeats"] = order.grid().repeats;
  }
  return QString::fromStdString(all.dump(-1, ' ', false, json::error_handler_t::replace));
}

RunOrder orderFromJson(const QString& text) {
  JsonLimits limits;
  limits.bytes *= 4;  // the request in it may fill its own limit
  const json all = parse_bounded_json(text.toStdString(), kWhere, limits);
  const JsonFields fields(all, kWhere);
  if (fields.integer("version") != kVersion) throw BadInput("was written by another version.", kWhere);
  const Job job = jobFrom(fields);
  RunOrder order{job};
  if (fields.has("axes")) {
    GridJob grid{job, {}, fields.text("across")};
    for (const JsonFields& axis : fields.objects("axes")) {
      grid.axes.push_back({axis.text("name"), listOf<std::string>(axis, "values")});
    }
    if (fields.has("repeats")) grid.repeats = std::clamp(fields.integer("repeats"), 1, kMostRepeats);
    order.job = grid;
  }
  order.small = fields.integer("small");
  order.evaluations = fields.integer("evaluations");
  for (const JsonFields& cell : fields.objects("cells")) {
    order.cells.push_back({cell.integer("small"), cell.integer("evaluations"), cell.text("note"), secondFrom(cell)});
  }
  order.second = secondFrom(fields);
  return order;
}

RunOrder restOf(const RunOrder& order, int done) {
  if (order.isGrid() || done <= 0) return order;
  RunOrder rest = order;
  Job& job = std::get<Job>(rest.job);
  done = std::min(done, job.count - 1);
  job.request.seed += static_cast<std::uint64_t>(done);
  job.count -= done;
  if (!job.classes.empty()) job.classes.erase(job.classes.begin(), job.classes.begin() + done);
  return rest;
}

}  // namespace tstitch::ui
