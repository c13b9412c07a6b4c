/**
 * The report of a run: reads a results folder, whatever stages it holds, and writes one HTML file
 * that needs no network, with the same content as JSON and CSV.
 */
package org.rlmaterials.report;
