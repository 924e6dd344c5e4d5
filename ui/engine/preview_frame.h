#pragma once

#include <QtGlobal>
#include <memory>

#include "core/base/image.h"
#include "ui/widgets/mailbox.h"

namespace tstitch::ui {

/// A preview on its way to the big view.
struct PreviewFrame {
  quint64 run = 0;
  int evaluation = 0;
  std::shared_ptr<const Image> image;
};

using PreviewMailbox = Mailbox<PreviewFrame>;

}  // namespace tstitch::ui
