#pragma once

#include <optional>

#include "core/request/generation_request.h"
#include "ui/additions/addition_item.h"

class QComboBox;
class QToolButton;

namespace tstitch::ui {

class DecimalField;
class ModelField;

/// A LoRA: its file, how strongly it is added, and to which denoisers.
class LoraRow : public AdditionItem {
  Q_OBJECT

 public:
  explicit LoraRow(QWidget* parent = nullptr);

  /// Nothing while no file is given.
  [[nodiscard]] std::optional<LoraChoice> choice() const;
  void setChoice(const LoraChoice& choice);

  void setNumber(int number) override;
  void clear() override;
  [[nodiscard]] QString summary() const override;
  [[nodiscard]] QString problem() const override;
  void repaintIcons() override;

  ModelField* model() { return model_; }

 private:
  void buildLayout();
  void showDenoiser(const std::optional<DenoiserName>& only);

  LoraChoice known_;  ///< what the file was when it was set, with its hash
  ModelField* model_;
  DecimalField* strength_;
  QComboBox* on_;
  QToolButton* remove_;
};

}  // namespace tstitch::ui
