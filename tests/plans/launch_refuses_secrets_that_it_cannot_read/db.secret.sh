it's secret
