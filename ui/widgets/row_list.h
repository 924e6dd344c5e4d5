#pragma once

#include <QListWidget>
#include <QStringList>

namespace tstitch::ui {

/// Rows of text of which one is chosen. For assistive tools a table (or list) with one child a row, named by the row's
/// whole text; pressing it chooses it, and a second press leaves it so.
class RowList : public QListWidget {
  Q_OBJECT

 public:
  enum class Kind { Table, List };
  explicit RowList(Kind kind, QWidget* parent = nullptr);

  [[nodiscard]] Kind kind() const { return kind_; }
  /// Keeps the chosen row where it can.
  void setRows(const QStringList& rows);
  [[nodiscard]] QStringList rows() const;

 private:
  Kind kind_;
};

}  // namespace tstitch::ui
