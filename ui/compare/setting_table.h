#pragma once

#include <QAbstractListModel>
#include <QString>
#include <vector>

#include "core/request/request_difference.h"

namespace tstitch::ui {

/// Settings that two pictures do not have in common, one a row: "ratio: 0 % / 40 %".
class SettingDifferenceModel : public QAbstractListModel {
  Q_OBJECT

 public:
  using QAbstractListModel::QAbstractListModel;

  void show(std::vector<SettingDifference> differences);
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

 private:
  std::vector<SettingDifference> differences_;
};

/// A setting's way in the request as words: "guidance", "large model", "LoRA 1 strength".
QString settingWords(const std::string& field);

}  // namespace tstitch::ui
