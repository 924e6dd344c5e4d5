#include "ui/help/machine_page.h"

#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>
#include <vector>

#include "core/base/error.h"
#include "core/system/host.h"
#include "core/system/processor.h"
#include "ui/engine/engine_client.h"
#include "ui/session/session.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/number_reading.h"

namespace tstitch::ui {
namespace {

/// Below it large models are likely not to fit; the plan of a run says how much each needs.
constexpr std::uint64_t kLittleMemory = std::uint64_t{4} << 30U;

QString processorLine() {
  const ProcessorFacts facts = processor_facts();
  QStringList features;
  for (const std::string& feature : facts.features) features << QString::fromStdString(feature);
  const QString name = QString::fromStdString(facts.name);
  QString line = MachinePage::tr("Processor: %1, %n core(s), %2", nullptr, usable_cores())
                     .arg(name.isEmpty() ? MachinePage::tr("unknown") : name, features.join(u' '));
  if (!features.contains(QLatin1String("avx2"))) {
    line += u'\n' + MachinePage::tr("Without AVX2 networks are computed slower; another machine is faster.");
  }
  return line;
}

QString gibibytes(std::uint64_t bytes) {
  return shownGibibytes(static_cast<double>(bytes)) + QStringLiteral(" GiB");
}

QString memoryLine() {
  const MemoryFigures figures = host_memory();
  QString line = MachinePage::tr("Memory: %1 of %2 free").arg(gibibytes(figures.available), gibibytes(figures.total));
  if (figures.available < kLittleMemory) {
    line += u'\n' + MachinePage::tr("Close other programs before a large model; the page Plan says what each needs.");
  }
  return line;
}

/// A device that has arithmetic which the processor lacks is another one.
QString deviceLine(const std::vector<Precision>& fast) {
  const HalfArithmetic own = half_arithmetic();
  const auto has = [&](Precision precision) { return std::find(fast.begin(), fast.end(), precision) != fast.end(); };
  const bool isAnother = (has(Precision::Fp16) && !own.fp16) || (has(Precision::Bf16) && !own.bf16);
  return isAnother ? MachinePage::tr("Device: CUDA")
                   : MachinePage::tr("Device: the processor; what CUDA wants, \"tstitch check\" says.");
}

QString measuredLine(const MeasuredPair& pair) {
  QStringList parts;
  for (const auto& [name, seconds] : pair.evaluation) {
    parts << MachinePage::tr("%1 %2 ms").arg(QString::fromStdString(name), shownTenths(1000 * seconds));
  }
  return MachinePage::tr("Measured: %1 per step at %2 x %3, %4")
      .arg(parts.join(QStringLiteral(", ")))
      .arg(pair.extent.width)
      .arg(pair.extent.height)
      .arg(QString::fromStdString(pair.device));
}

/// What the test of the precisions found; empty where there was none.
QString precisionLine(const std::vector<MeasuredPrecision>& measured) {
  if (measured.empty()) return {};
  QStringList figures;
  for (const MeasuredPrecision& each : measured) {
    const QString name = QString::fromUtf8(name_of(each.precision));
    const QString milliseconds = shownTenths(1000 * each.seconds);
    figures << (each.precision == Precision::Fp32 ? MachinePage::tr("%1 %2 ms").arg(name, milliseconds)
                                                  : MachinePage::tr("%1 %2 ms with an error of %3 %")
                                                        .arg(name, milliseconds, shownTenths(100 * each.error)));
  }
  return MachinePage::tr("Automatic precision: %1 (%2)")
      .arg(QString::fromUtf8(name_of(fastest_within_bound(measured))), figures.join(QStringLiteral(", ")));
}

}  // namespace

MachinePage::MachinePage(Session& session, QWidget* parent) : QWidget(parent), session_(session), label_(new QLabel) {
  label_->setWordWrap(true);
  label_->setTextFormat(Qt::PlainText);
  label_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  label_->setAccessibleName(tr("This machine"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(12);
  layout->addWidget(heading(tr("This machine")));
  layout->addWidget(label_);
  connect(&session_.engine(), &EngineClient::standingChanged, this, &MachinePage::ask);
  write();
  ask();
}

QString MachinePage::text() const {
  return label_->text();
}

void MachinePage::ask() {
  session_.engine().ask(
      this, [](Library& library) { return library.fast_precisions({}); },
      [this](const Reply<std::vector<Precision>>& reply) {
        device_ = reply.value ? deviceLine(*reply.value) : QString::fromStdString(reply.problem);
        write();
      });
  session_.engine().ask(
      this, [](Library& library) { return library.measured_precisions({}); },
      [this](const Reply<std::vector<MeasuredPrecision>>& reply) {
        precision_ = reply.value ? precisionLine(*reply.value) : QString();
        write();
      });
  session_.engine().ask(
      this, [](Library& library) { return library.measured_pairs(); },
      [this](const Reply<std::vector<MeasuredPair>>& reply) {
        const bool has = reply.value && !reply.value->empty();
        speed_ = has ? measuredLine(reply.value->front()) : tr("Nothing is measured yet: the first picture does it.");
        write();
      });
}

void MachinePage::write() {
  QStringList lines{processorLine(), memoryLine()};
  for (const QString& line : {device_, precision_, speed_}) {
    if (!line.isEmpty()) lines << line;
  }
  label_->setText(lines.join(u'\n'));
}

}  // namespace tstitch::ui
