#pragma once

#include <QStringList>
#include <QWidget>

#include "ui/generate/segment_list.h"

class QComboBox;
class QLineEdit;
class QPushButton;

namespace tstitch::ui {

class DecimalField;
class RowList;
class WholeField;

/// Any number and order of denoisers: the table `Segments` and what acts on its chosen row.
class SegmentEditor : public QWidget {
  Q_OBJECT

 public:
  explicit SegmentEditor(QWidget* parent = nullptr);

  /// What can be chosen, and the guidance that a segment has without one of its own.
  void setDenoisers(const std::vector<DenoiserName>& names);
  void setGuidance(double guidance);
  void show(const std::vector<Segment>& segments, const RunShape& shape);

 Q_SIGNALS:
  /// The user changed them.
  void edited(const std::vector<tstitch::Segment>& segments);

 private:
  void buildLayout();
  void connectControls();
  [[nodiscard]] std::size_t chosen() const;
  [[nodiscard]] DenoiserName otherThan(const DenoiserName& name) const;
  void changeKind();
  void showAll();
  void showChosen();
  void tell();

  SegmentList list_;
  int evaluations_ = 0;
  double guidance_ = 0;
  std::vector<DenoiserName> denoisers_;
  RowList* rows_;
  QPushButton* add_;
  QPushButton* remove_;
  QPushButton* split_;
  QPushButton* up_;
  QPushButton* down_;
  QComboBox* model_;
  WholeField* count_;
  DecimalField* ownGuidance_;
  QLineEdit* prompt_;
};

}  // namespace tstitch::ui
