# One package from a finished tree, as packaging/release asks for it: cpack --config this -G DEB|RPM, with the tree, the
# version and what it depends on in the environment.
set(CPACK_PACKAGE_VERSION "$ENV{TSTITCH_VERSION}")
set(CPACK_PACKAGE_NAME tstitch)
set(CPACK_PACKAGE_VENDOR "T-Stitch Studio")
set(CPACK_PACKAGE_CONTACT "T-Stitch Studio <tstitch@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Pictures from a small and a large diffusion model, stitched")
set(CPACK_PACKAGE_DESCRIPTION "T-Stitch Studio draws pictures with diffusion models in which a small
model takes the first steps and a large one the rest: faster, with
hardly a difference to see.
.
It brings a window, a command line and a small trained pair of models of
its own, so that it draws at once and without a network.")
set(CPACK_INSTALLED_DIRECTORIES "$ENV{TSTITCH_TREE};/usr")
set(CPACK_STRIP_FILES OFF)  # done, where it may be done
set(CPACK_INCLUDE_TOPLEVEL_DIRECTORY OFF)
set(CPACK_THREADS 2)
set(CPACK_TOPLEVEL_TAG linux)
set(CPACK_PACKAGE_FILE_NAME "tstitch-${CPACK_PACKAGE_VERSION}-x86_64")

set(CPACK_DEBIAN_FILE_NAME "tstitch_${CPACK_PACKAGE_VERSION}_amd64.deb")
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE amd64)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
if("$ENV{TSTITCH_LEVEL}" EQUAL 0)
  set(CPACK_DEBIAN_COMPRESSION_TYPE none)
endif()
set(CPACK_DEBIAN_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
# libqt6sql6-sqlite is loaded when the Studio runs, so that nothing is linked to it.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "$ENV{TSTITCH_DEPENDS}, libqt6sql6-sqlite")
# The other way to a screen; screen readers; Qt's own texts; whom to trust in the network.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "qt6-wayland, at-spi2-core, qt6-translations-l10n, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${CMAKE_CURRENT_LIST_DIR}/postrm")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_RPM_FILE_NAME "tstitch-${CPACK_PACKAGE_VERSION}-x86_64.rpm")
set(CPACK_RPM_PACKAGE_ARCHITECTURE x86_64)
set(CPACK_RPM_PACKAGE_LICENSE "Apache-2.0")
string(REPLACE "\n.\n" "\n\n" CPACK_RPM_PACKAGE_DESCRIPTION "${CPACK_PACKAGE_DESCRIPTION}")
set(CPACK_RPM_PACKAGE_GROUP "Applications/Graphics")
set(CPACK_RPM_PACKAGE_AUTOREQ OFF)
set(CPACK_RPM_PACKAGE_AUTOPROV OFF)
set(CPACK_RPM_PACKAGE_REQUIRES "$ENV{TSTITCH_DEPENDS}")
# CPACK_RPM_COMPRESSION_TYPE would be one thread of xz at its slowest.
set(payload "w$ENV{TSTITCH_LEVEL}T2.xzdio")
if("$ENV{TSTITCH_LEVEL}" EQUAL 0)
  set(payload w1.gzdio)
endif()
set(CPACK_RPM_PACKAGE_RELOCATABLE OFF)
set(CPACK_RPM_SPEC_MORE_DEFINE "%define _binary_payload ${payload}
%define _build_id_links none
%define debug_package %{nil}
%define __os_install_post %{nil}
%define clamp_mtime_to_source_date_epoch 1
%define use_source_date_epoch_as_buildtime 1
%define packager ${CPACK_PACKAGE_CONTACT}
%define _buildhost tstitch")
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION /usr/share/applications /usr/share/metainfo /usr/share/mime
  /usr/share/mime/packages /usr/share/icons /usr/share/icons/hicolor /usr/share/man /usr/share/man/man1
  /usr/share/bash-completion /usr/share/bash-completion/completions /usr/share/doc /usr/share/zsh /usr/share/fish)
