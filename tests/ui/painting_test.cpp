#include <algorithm>

#include "tests/ui/event_clock.h"
#include "tests/ui/fake_engine.h"
#include "tests/ui/qt_test.h"
#include "ui/convert/image_convert.h"
#include "ui/generate/trajectory_bar.h"
#include "ui/preview/picture_view.h"
#include "ui/run/filmstrip.h"

using namespace tstitch;
using test::kLongestEvent;
using test::threadMilliseconds;

namespace {

/// The least of several: what the work costs without the machine's own disturbances.
template <class Work>
double cost(Work work) {
  double least = 1e9;
  for (int i = 0; i < 5; ++i) {
    const double begin = threadMilliseconds();
    work();
    least = std::min(least, threadMilliseconds() - begin);
  }
  return least;
}

}  // namespace

class PaintingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aPreviewFitsIntoAnEvent() {
    ui::PictureView view;
    view.resize(1600, 1200);
    const Image preview = test::fakePicture({512, 512}, 1, 1);
    const double spent = cost([&] {
      view.showPreview(ui::toQImage(preview), 1, {1024, 1024});
      view.grab();
    });
    QVERIFY2(spent < kLongestEvent, qPrintable(QString::number(spent)));
  }

  void theLongestTrajectoryFitsIntoAnEvent() {
    ui::TrajectoryBar bar;
    bar.resize(1600, 48);
    bar.setShape(ui::runShape(SamplerKind::Default, Spacing::Default, 1000, std::nullopt), 400);
    const double spent = cost([&] { bar.grab(); });
    QVERIFY2(spent < kLongestEvent, qPrintable(QString::number(spent)));
  }

  void aFrameOfTheFilmstripFitsIntoAnEvent() {
    ui::Filmstrip strip;
    strip.resize(1600, 100);
    const auto image = std::make_shared<const Image>(test::fakePicture({512, 512}, 1, 1));
    for (int i = 0; i < 255; ++i) strip.add(ui::filmFrame({EvaluationIndex{i}, "small", image}));
    const double spent = cost([&] {
      strip.add(ui::filmFrame({EvaluationIndex{255}, "large", image}));
      strip.grab();
    });
    QVERIFY2(spent < kLongestEvent, qPrintable(QString::number(spent)));
  }
};

TSTITCH_UI_TEST(PaintingTest)

#include "painting_test.moc"
