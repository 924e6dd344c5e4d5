#pragma once

#include <QWidget>

class QCheckBox;
class QComboBox;
class QPushButton;

namespace tstitch::ui {

/// Which picture the lens shows: the large denoiser's alone, the small one's alone, or the frame that is held.
enum class LensSource { None, All, Held };

/// The buttons between the picture and its filmstrip: what can be done with the seam beyond making a new picture.
class PlayBar : public QWidget {
  Q_OBJECT

 public:
  explicit PlayBar(QWidget* parent = nullptr);

  [[nodiscard]] bool keepsSmall() const;
  void setKeepsSmall(bool keeps);
  void setPossible(bool switches, bool branches, bool finishes);
  void setLoopPossible(bool possible);
  /// The lens lies on the picture.
  void showLens(bool shown);
  [[nodiscard]] LensSource lensSource() const;

 Q_SIGNALS:
  void switchWanted();
  void branchWanted();
  void finishWanted();
  void keepChanged(bool keeps);
  void lensWanted();
  void lensSourceChanged();
  void loopWanted();
  void tasteWanted();

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void fitTexts();
  void buildLayout();
  void connectButtons();

  QPushButton* switch_;
  QPushButton* branch_;
  QPushButton* finish_;
  QCheckBox* keep_;
  QPushButton* lens_;
  QComboBox* lensSource_;
  QPushButton* loop_;
  QPushButton* taste_;
};

}  // namespace tstitch::ui
