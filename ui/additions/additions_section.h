#pragma once

#include <QWidget>
#include <vector>

#include "core/request/generation_request.h"

namespace tstitch::ui {

class AdditionList;
class ControlCard;
class FoldingSection;
class LoraRow;

/// What a run may be given besides models, text and numbers: controls and LoRAs, each in a section that folds away.
class AdditionsSection : public QWidget {
  Q_OBJECT

 public:
  explicit AdditionsSection(QWidget* parent = nullptr);

  [[nodiscard]] std::vector<ControlChoice> controls() const;
  [[nodiscard]] std::vector<LoraChoice> loras() const;
  void set(const std::vector<ControlChoice>& controls, const std::vector<LoraChoice>& loras);
  [[nodiscard]] QStringList problems() const;

  /// Into the first control that has no picture, or a new one; the section opens.
  void addControlPicture(const QString& path);
  /// Likewise for a ControlNet or a T2I-Adapter.
  void addControlModel(const QString& path);
  void addLora(const QString& path);

  [[nodiscard]] std::vector<ControlCard*> controlCards() const;
  [[nodiscard]] std::vector<LoraRow*> loraRows() const;
  void repaintIcons();

 Q_SIGNALS:
  void changed();
  void controlAdded(tstitch::ui::ControlCard* card);
  void loraAdded(tstitch::ui::LoraRow* row);

 private:
  void summarise();
  template <class Item, class Accepts>
  Item* freeItem(AdditionList* list, Accepts accepts);

  AdditionList* controls_;
  AdditionList* loras_;
  FoldingSection* controlFold_;
  FoldingSection* loraFold_;
};

}  // namespace tstitch::ui
