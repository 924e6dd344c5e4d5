#pragma once

#include <QDialog>
#include <QImage>
#include <functional>
#include <vector>

#include "ui/play/taste_test.h"

class QLabel;
class QPushButton;

namespace tstitch::ui {

/// One hidden pair as it becomes ready.
struct TastePair {
  QString prompt;
  QImage reference;
  QImage other;

  [[nodiscard]] bool isReady() const { return !reference.isNull() && !other.isNull(); }
};

/// The blind taste: pairs side by side, one key each, and what came of it.
class TasteDialog : public QDialog {
  Q_OBJECT

 public:
  TasteDialog(int pairs, int percent, quint32 seed, QWidget* parent = nullptr);

  /// The pictures that are there; the others' are null.
  void setPairs(const std::vector<TastePair>& pairs);
  /// What the other ratio saves of the reference's time, in percent.
  void setSaved(int percent);

  [[nodiscard]] const TasteTest& test() const { return test_; }
  /// The finding, all pairs and what was chosen, as one picture.
  [[nodiscard]] QImage figure() const;

 Q_SIGNALS:
  /// All pairs are answered, once; setSaved() may still be called from here.
  void over();
  void shareWanted();

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void buildLayout();
  void choose(TasteTest::Side side);
  void showPair();
  void showResult();

  TasteTest test_;
  int percent_;
  int saved_ = 0;
  std::vector<TastePair> pairs_;
  QLabel* progress_;
  QLabel* leftPicture_;
  QLabel* rightPicture_;
  QLabel* finding_;
  QLabel* certainty_;
  QPushButton* left_;
  QPushButton* right_;
  QPushButton* back_;
  QPushButton* share_;
};

}  // namespace tstitch::ui
