#include "ui/models/cuda_row.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

#include "core/base/error.h"
#include "ui/run/run_progress.h"
#include "ui/widgets/captions.h"

namespace tstitch::ui {

CudaRow::CudaRow(const CudaCare& care, DownloadDesk& desk, QWidget* parent)
    : QWidget(parent), care_(care), desk_(desk), state_(remark()), button_(new QPushButton) {
  button_->setAutoDefault(false);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(state_, 1);
  layout->addWidget(button_);
  connect(button_, &QPushButton::clicked, this, &CudaRow::press);
  connect(&desk_, &DownloadDesk::progressed, this, &CudaRow::show);
  connect(&desk_, &DownloadDesk::ended, this, [this](const std::string&, const QString& problem) {
    problem_ = problem;
    show();
  });
  show();
}

void CudaRow::show() {
  if (desk_.isRunning()) {
    state_->setText(tr("%1 of %2").arg(bytesText(desk_.progress().bytes), bytesText(care_.bytes)));
    button_->setText(tr("Cancel download of CUDA libraries"));
  } else if (care_.isHere()) {
    state_->setText(tr("Here; the next start of T-Stitch uses them."));
    button_->setText(tr("Remove CUDA libraries"));
  } else {
    const QString what =
        tr("%1, from their publishers and under their terms; for NVIDIA cards.").arg(bytesText(care_.bytes));
    state_->setText(problem_.isEmpty() ? what : problem_);
    button_->setText(tr("Fetch CUDA libraries"));
  }
}

void CudaRow::press() {
  problem_.clear();
  if (desk_.isRunning()) return desk_.cancel();
  if (!care_.isHere()) return desk_.start("cuda");
  try {
    care_.remove();
  } catch (const Error& error) {
    problem_ = QString::fromStdString(error.sentence());
  }
  show();
}

}  // namespace tstitch::ui
