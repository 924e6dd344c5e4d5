# The locales that tests run in (tests/support/process_locale.h), made here: none of them need be installed.
set(folder "${CMAKE_BINARY_DIR}/tests/locales")  # beside the tests, where they look
set(locales de_DE.UTF-8 fr_FR.UTF-8 tr_TR.UTF-8 ar_EG.UTF-8 ps_AF.UTF-8 de_DE.ISO-8859-1)
find_program(LOCALEDEF localedef)
if(NOT LOCALEDEF OR NOT EXISTS /usr/share/i18n/locales/de_DE)
  message(WARNING "Tests that run in other locales will fail: packaging/setup installs the package locales, which they need.")
  set(locales)
endif()
set(made)
foreach(locale IN LISTS locales)
  string(REGEX MATCH "^([^.]+)\\.(.+)$" parts "${locale}")
  add_custom_command(OUTPUT "${folder}/${locale}/LC_NUMERIC"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${folder}"
    COMMAND "${LOCALEDEF}" -i "${CMAKE_MATCH_1}" -f "${CMAKE_MATCH_2}" "${folder}/${locale}"
    COMMENT "Generating the locale ${locale}" VERBATIM)
  list(APPEND made "${folder}/${locale}/LC_NUMERIC")
endforeach()
add_custom_target(tstitch_locales ALL DEPENDS ${made})
